// What this package uses of Apple's Accelerate, declared as its documentation has it, over any other CBLAS.
#pragma once

// Today's CBLAS: without this, Accelerate declares that of 1998.
#ifdef ACCELERATE_NEW_LAPACK

typedef int __LAPACK_int;

typedef enum CBLAS_ORDER { CblasRowMajor = 101, CblasColMajor = 102 } CBLAS_ORDER;

typedef enum CBLAS_TRANSPOSE {
  CblasNoTrans = 111,
  CblasTrans = 112,
  CblasConjTrans = 113
} CBLAS_TRANSPOSE;

void cblas_sgemm(const CBLAS_ORDER ORDER, const CBLAS_TRANSPOSE TRANSA,
                 const CBLAS_TRANSPOSE TRANSB, const __LAPACK_int M, const __LAPACK_int N,
                 const __LAPACK_int K, const float ALPHA, const float *_Nullable A,
                 const __LAPACK_int LDA, const float *_Nullable B, const __LAPACK_int LDB,
                 const float BETA, float *_Nullable C, const __LAPACK_int LDC);

void cblas_dgemm(const CBLAS_ORDER ORDER, const CBLAS_TRANSPOSE TRANSA,
                 const CBLAS_TRANSPOSE TRANSB, const __LAPACK_int M, const __LAPACK_int N,
                 const __LAPACK_int K, const double ALPHA, const double *_Nullable A,
                 const __LAPACK_int LDA, const double *_Nullable B, const __LAPACK_int LDB,
                 const double BETA, double *_Nullable C, const __LAPACK_int LDC);

#endif

typedef enum BLAS_THREADING : unsigned int {
  BLAS_THREADING_MULTI_THREADED,
  BLAS_THREADING_SINGLE_THREADED,
  BLAS_THREADING_MAX_OPTIONS
} BLAS_THREADING;

// Each thread's own, as there.
static inline BLAS_THREADING *standInThreading(void) {
  static _Thread_local BLAS_THREADING threading = BLAS_THREADING_MULTI_THREADED;
  return &threading;
}

static inline int BLASSetThreading(BLAS_THREADING threading) {
  if (threading >= BLAS_THREADING_MAX_OPTIONS) return -1;
  *standInThreading() = threading;
  return 0;
}

static inline BLAS_THREADING BLASGetThreading(void) { return *standInThreading(); }
