#pragma once
#if __has_include(<cblas.h>)
#include <cblas.h>
#else
#error "OpenBLAS's cblas.h is not there: apt-get install libopenblas-dev, or dnf install openblas-devel"
#endif
