#include "CContrastiveKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define ISA(x) avx512_##x
#define HAS_COMPRESSION
#define ABREAST 4
#include "Loops/Scalars.inc"
#define PAIR_LANES 16
#define PAIR_ROWS 12
#define TAKES_LOGITS true
#define ADD_DOTS_OF_TWOS(sums, x, y) ((sums) + (PAIRS)_mm512_madd_epi16((__m512i)(x), (__m512i)(y)))
#include "Loops/Products.inc"
#pragma clang attribute pop

static bool supported(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

const contrastive_kernels *contrastive_float_avx512(void) {
  return supported() ? &avx512_table_float : NULL;
}

const contrastive_kernels *contrastive_double_avx512(void) {
  return supported() ? &avx512_table_double : NULL;
}

const contrastive_products *contrastive_products_avx512(void) {
  return supported() ? &avx512_products : NULL;
}

#else

const contrastive_kernels *contrastive_float_avx512(void) { return NULL; }

const contrastive_kernels *contrastive_double_avx512(void) { return NULL; }

const contrastive_products *contrastive_products_avx512(void) { return NULL; }

#endif
