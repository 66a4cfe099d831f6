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

// Tuned: for processors in general the compiler takes the instruction apart into a product and a
// sum, at half of the speed.
#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,tune=znver4"))), apply_to = function)
#define PAIR_LANES 16
#define PAIR_ROWS 12
#define TAKES_LOGITS true
#define ADD_DOTS_OF_TWOS(sums, x, y)                                                               \
  ((PAIRS)_mm512_dpwssd_epi32((__m512i)(sums), (__m512i)(x), (__m512i)(y)))
#include "Loops/Products.inc"
#pragma clang attribute pop

const contrastive_tables *contrastive_avx512vnni(void) {
  return contrastive_avx512() && __builtin_cpu_supports("avx512vnni") ? &avx512vnni_tables : NULL;
}

#else

const contrastive_tables *contrastive_avx512vnni(void) { return NULL; }

#endif
