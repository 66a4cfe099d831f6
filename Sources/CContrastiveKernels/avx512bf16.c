// Products alone: all other loops are those of avx512vnni.c.
#include "CContrastiveKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Tuned as in avx512vnni.c.
#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16,avx2,fma,tune=znver4"))), apply_to = function)
#define ISA(x) avx512bf16_##x
#define PAIR_LANES 16
#define PAIR_ROWS 12
#define TAKES_LOGITS true
#define HAS_DOTS_OF_BFLOATS
#define ADD_DOTS_OF_TWOS(sums, x, y)                                                               \
  ((PAIRS)_mm512_dpwssd_epi32((__m512i)(sums), (__m512i)(x), (__m512i)(y)))
#include "Loops/Products.inc"
#pragma clang attribute pop

const contrastive_tables *contrastive_avx512bf16(void) {
  return contrastive_avx512vnni() && __builtin_cpu_supports("avx512bf16") ? &avx512bf16_tables : NULL;
}

#else

const contrastive_tables *contrastive_avx512bf16(void) { return NULL; }

#endif
