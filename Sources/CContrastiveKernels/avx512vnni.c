#include "CContrastiveKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)
#define ISA(x) avx512vnni_##x
#define HAS_COMPRESSION
#define HAS_DOTS_OF_FOURS
#define ABREAST 4
#include "Loops/Scalars.inc"
#pragma clang attribute pop

static bool supported(void) {
  return contrastive_float_avx512() && __builtin_cpu_supports("avx512vnni");
}

const contrastive_kernels *contrastive_float_avx512vnni(void) {
  return supported() ? &avx512vnni_table_float : NULL;
}

const contrastive_kernels *contrastive_double_avx512vnni(void) {
  return supported() ? &avx512vnni_table_double : NULL;
}

#else

const contrastive_kernels *contrastive_float_avx512vnni(void) { return NULL; }

const contrastive_kernels *contrastive_double_avx512vnni(void) { return NULL; }

#endif
