#include "CContrastiveKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(                                                                     \
    __attribute__((target("avx2,fma"))), apply_to = function)
#define ISA(x) avx2_##x
// Double needs twice as many steps: four vectors, of two registers each, were slower than two.
#define ABREAST (LANES == 16 ? 4 : 2)
#include "Loops/Scalars.inc"
#define PAIR_LANES 8
#define PAIR_ROWS 6
#define TAKES_LOGITS true
#define ADD_DOTS_OF_TWOS(sums, x, y) ((sums) + (PAIRS)_mm256_madd_epi16((__m256i)(x), (__m256i)(y)))
#include "Loops/Products.inc"
#pragma clang attribute pop

const contrastive_tables *contrastive_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &avx2_tables : NULL;
}

#else

const contrastive_tables *contrastive_avx2(void) { return NULL; }

#endif
