// What every processor of the architecture runs: SSE2 on x86-64, NEON on arm64.
#include "CContrastiveKernels.h"

#define ISA(x) portable_##x
#define ABREAST 2
#include "Loops/Scalars.inc"

#define PAIR_LANES 4
#define PAIR_ROWS 3
#define TAKES_LOGITS false
#include "Loops/Products.inc"

const contrastive_tables *contrastive_portable(void) { return &portable_tables; }
