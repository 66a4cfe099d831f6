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

#define PAIR_LANES 4
#define PAIR_ROWS 3
#define TAKES_LOGITS false
#include "Loops/Products.inc"

const contrastive_products *contrastive_products_portable(void) { return &portable_products; }
