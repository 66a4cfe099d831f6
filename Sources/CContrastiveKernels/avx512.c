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

const contrastive_tables *contrastive_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
             ? &avx512_tables
             : NULL;
}

#else

const contrastive_tables *contrastive_avx512(void) { return NULL; }

#endif
