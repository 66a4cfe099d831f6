// The loops of avx512vnni.c with products of codes and of 16-bit numbers by tiles.
#include "CContrastiveKernels.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

// Tuned as in avx512vnni.c.
#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16,avx2,fma,amx-tile,amx-int8,amx-bf16,tune=znver4"))), apply_to = function)
#define ISA(x) amx_##x
#define HAS_TILES
#include "Loops/TileShapes.inc"
#define HAS_COMPRESSION
#define HAS_DOTS_OF_FOURS
#define ABREAST 4
#include "Loops/Scalars.inc"
#define PAIR_LANES 16
#define TAKES_LOGITS true
#define HAS_DOTS_OF_BFLOATS
#define ADD_DOTS_OF_TWOS(sums, x, y)                                                               \
  ((PAIRS)_mm512_dpwssd_epi32((__m512i)(sums), (__m512i)(x), (__m512i)(y)))
#include "Loops/Products.inc"
#pragma clang attribute pop

// Whether there are tiles, and products of both kinds of them, and the system saves them.
__attribute__((target("xsave"))) static bool hasTiles(void) {
  const unsigned products = 1u << 22 | 1u << 24 | 1u << 25, saves = 1u << 27;
  unsigned a, b, c, d;
  if (!__get_cpuid_count(1, 0, &a, &b, &c, &d) || !(c & saves)) return false;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & products) != products) return false;
  return (_xgetbv(0) & 0x60000) == 0x60000;
}

// The process asks for tiles, once for all its threads; an older system says no, and so does one
// where a thread's alternate signal stack is too small.
static bool mayUseTiles(void) {
  const long request = 0x1023, tileData = 18;
  return syscall(SYS_arch_prctl, request, tileData) == 0;
}

// Whether there are tables here, once the system has answered.
static _Atomic(int) answer;

const contrastive_tables *contrastive_amx(void) {
  enum { no = 1, yes };
  if (!answer) answer = contrastive_avx512bf16() && hasTiles() && mayUseTiles() ? yes : no;
  return answer == yes ? &amx_tables : NULL;
}

#else

const contrastive_tables *contrastive_amx(void) { return NULL; }

#endif
