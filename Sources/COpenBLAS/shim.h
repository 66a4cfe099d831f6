#pragma once
// Where it is not there, CContrastiveKernels/openblas.c says so.
#if __has_include(<cblas.h>)
#include <cblas.h>
#endif
