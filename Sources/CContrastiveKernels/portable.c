// What every processor of the architecture runs: SSE2 on x86-64, NEON on arm64.
#include "CContrastiveKernels.h"

#define ISA(x) portable_##x
#define ABREAST 2
#include "Loops/Scalars.inc"

const contrastive_kernels *contrastive_float_portable(void) {
  return &portable_table_float;
}

const contrastive_kernels *contrastive_double_portable(void) {
  return &portable_table_double;
}
