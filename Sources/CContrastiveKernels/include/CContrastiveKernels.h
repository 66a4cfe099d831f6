// The loops of the softmax engine that are not matrix products, one table of functions per
// scalar type and instruction set. Every array of rows is row-major with a stride in elements.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTRASTIVE_KERNELS(Name, Real)                                                           \
  typedef struct Name {                                                                           \
    /* y = exp(x), below 2 ulp; 0 where exp(x) is below the smallest normal number. x <= 88. */   \
    void (*exponential)(const Real *x, ptrdiff_t count, Real *y);                                 \
    /* maximum[r] = max(maximum[r], row r). With `low`: above[r] += #{x > high[r]} and            \
       notBelow[r] += #{x >= low[r]}. */                                                          \
    void (*maximum)(const Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,           \
                    Real *maximum, const Real *low, const Real *high, int64_t *above,             \
                    int64_t *notBelow);                                                           \
    /* With u = exponent * x - shift[r] and e = exp(u): sum[r] += e, weighted[r] += e * u, and    \
       x = e if `store`. -inf counts as nothing. With `low`, ranks as `maximum`. */               \
    void (*exponentialSum)(Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,          \
                           Real exponent, const Real *shift, double *sum, double *weighted,       \
                           bool store, const Real *low, const Real *high, int64_t *above,         \
                           int64_t *notBelow);                                                    \
    /* x = factor[r] * exp(exponent * x - shift[r]) + the same of a second set if it is given. */ \
    void (*weights)(Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,                 \
                    Real exponent, const Real *shift, const Real *factor, Real secondExponent,    \
                    const Real *secondShift, const Real *secondFactor);                           \
    /* Of the rows, with u = x - rowShift[r], as exponentialSum; of the columns, with             \
       u = x - columnShift[c], likewise. With `columnShift` null, rowShift is one number          \
       repeated, and the columns' too. `store` leaves the rows' exp(u). With `rowLow`, and        \
       with `columnLow`, ranks as `maximum`. */                                                   \
    void (*mutualSums)(Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,              \
                       const Real *rowShift, const Real *columnShift, double *rowSum,             \
                       double *rowWeighted, double *columnSum, double *columnWeighted,            \
                       bool store, const Real *rowLow, const Real *rowHigh, int64_t *rowAbove,    \
                       int64_t *rowNotBelow, const Real *columnLow, const Real *columnHigh,       \
                       int64_t *columnAbove, int64_t *columnNotBelow);                            \
    /* x = rowFactor[r] * exp(x - rowShift[r]) + columnFactor[c] * exp(x - columnShift[c]);       \
       with `columnShift` null, rowShift is both; with `rowShift` null, x holds the               \
       exponentials. */                                                                           \
    void (*mutualWeights)(Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,           \
                          const Real *rowShift, const Real *rowFactor, const Real *columnShift,   \
                          const Real *columnFactor);                                              \
    /* As `maximum`, of the columns: every array has an element per column. */                    \
    void (*columnMaximum)(const Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,     \
                          Real *maximum, const Real *low, const Real *high, int64_t *above,       \
                          int64_t *notBelow);                                                     \
    /* Lists the elements x >= threshold[r] of every row in turn, with their columns, and         \
       sets sums[r] to theirs; ends[r] is their number up to and with row r. Returns              \
       that number in the end, or -1 where `capacity` might not have done. */                     \
    ptrdiff_t (*gather)(const Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,       \
                        const Real *threshold, Real *values, int32_t *indices,                    \
                        ptrdiff_t capacity, ptrdiff_t *ends, double *sums);                       \
    /* Leaves of the elements of one tile those >= threshold[r], in place; sums[r] is what        \
       remains of row r. */                                                                       \
    void (*prune)(Real *values, int32_t *indices, ptrdiff_t *ends, ptrdiff_t rows,                \
                  const Real *threshold, double *sums);                                           \
    /* sums[r] += those of the elements of one tile that are below threshold[r]. */               \
    void (*sumBelow)(const Real *values, const ptrdiff_t *ends, ptrdiff_t rows,                   \
                     const Real *threshold, double *sums);                                        \
    /* The elements of `gather` by column: their products with factor[r], and their rows, column  \
       by column and each column's by row. columnEnds is to `columns` what ends is to rows. */    \
    void (*transposeGathered)(const Real *values, const int32_t *indices, const ptrdiff_t *ends,  \
                              ptrdiff_t rows, const Real *factor, Real *transposed,               \
                              int32_t *rowOf, ptrdiff_t *columnEnds, ptrdiff_t columns);          \
    /* For the elements of `gather`: sums[r] += factor[r] * value * source[index], rows of        \
       `columns` elements; factor 1 where it is null. */                                          \
    void (*addGathered)(const Real *values, const int32_t *indices, const ptrdiff_t *ends,        \
                        ptrdiff_t rows, const Real *factor, ptrdiff_t columns,                    \
                        const Real *source, ptrdiff_t sourceStride, Real *sums,                   \
                        ptrdiff_t stride);                                                        \
    /* x *= factor[r] */                                                                          \
    void (*scaleRows)(Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,               \
                      const Real *factor);                                                        \
    /* y += factor[r] * x; factor 1 where it is null. */                                          \
    void (*addRows)(const Real *x, ptrdiff_t xStride, const Real *factor, ptrdiff_t rows,         \
                    ptrdiff_t columns, Real *y, ptrdiff_t yStride);                               \
    /* dots[r] = x[r] . y[r] */                                                                   \
    void (*dots)(const Real *x, ptrdiff_t xStride, const Real *y, ptrdiff_t yStride,              \
                 ptrdiff_t rows, ptrdiff_t columns, double *dots);                                \
    /* distances[r] = |x[r] - y[r]|^2 */                                                          \
    void (*squaredDistances)(const Real *x, ptrdiff_t xStride, const Real *y, ptrdiff_t yStride,  \
                             ptrdiff_t rows, ptrdiff_t columns, double *distances);               \
    /* sums[c] += the sum of column c */                                                          \
    void (*columnSums)(const Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,        \
                       double *sums);                                                             \
    /* y = x / max(|x|, smallest normal number) */                                                \
    void (*normalize)(const Real *x, ptrdiff_t xStride, ptrdiff_t rows, ptrdiff_t columns,        \
                      Real *y, ptrdiff_t yStride);                                                \
    /* g = (g - x^ (x^ . g)) / |x|, x^ = x / |x|; 0 where |x| is not a normal number. */          \
    void (*normalizePullback)(const Real *x, ptrdiff_t xStride, ptrdiff_t rows,                   \
                              ptrdiff_t columns, Real *g, ptrdiff_t gStride);                     \
    /* The first row that holds a NaN or an infinity, or `rows`. */                               \
    ptrdiff_t (*firstNotFiniteRow)(const Real *x, ptrdiff_t rows, ptrdiff_t columns,              \
                                   ptrdiff_t stride);                                             \
    /* With u = x + bias[r], f = log(1 + exp(u)) and g = 1 / (1 + exp(-u)): sum[r] += f,          \
       slope[r] += g, weighted[r] += g * x, and x = factor[r] * g where factor is not null.       \
       -inf counts as nothing. */                                                                 \
    void (*softplusSum)(Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,             \
                        const Real *bias, const Real *factor, double *sum, double *slope,         \
                        double *weighted);                                                        \
    /* The same with f = max(u, 0) and g = 1 where u > 0, 0 elsewhere, but for weighted. */       \
    void (*hingeSum)(Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,                \
                     const Real *bias, const Real *factor, double *sum, double *slope);           \
    /* A step of Adam on weights y, whose gradient is g, with the running means m and v;          \
       constants: rate, firstShare, secondKept, secondShare, rootCorrection, epsilon, decay,      \
       shrinkage. y *= shrinkage, d = g + decay * y, m += firstShare * (d - m),                   \
       v = secondKept * v + secondShare * d^2,                                                    \
       y -= rate * m / (sqrt(v) / rootCorrection + epsilon). */                                   \
    void (*adam)(const Real *g, ptrdiff_t gStride, Real *m, ptrdiff_t mStride, Real *v,           \
                 ptrdiff_t vStride, ptrdiff_t rows, ptrdiff_t columns, Real *y,                   \
                 ptrdiff_t yStride, const Real *constants);                                       \
    /* Whether products of codes are worth it: a quarter of the time of floats'. */               \
    bool screens;                                                                                 \
    /* Codes of 8 bits, four to a 32-bit lane, zeros after the last column: x = step[r] * code    \
       to an error vector of norm <= errors[r]; codeSums[r] is the codes' sum.                    \
       Interleaved, the fours of 64 rows alternate, and 128 is added to every code. */            \
    void (*encode)(const Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,            \
                   bool interleaved, uint8_t *codes, Real *steps, Real *errors,                   \
                   int32_t *codeSums);                                                            \
    /* z = scale * step * step * (code . code), of queries by row and interleaved keys. */        \
    void (*codeProducts)(const uint8_t *queries, const Real *querySteps, const int32_t *codeSums, \
                         ptrdiff_t rows, const uint8_t *keys, const Real *keySteps,               \
                         ptrdiff_t columns, ptrdiff_t depth, Real scale, Real *z,                 \
                         ptrdiff_t stride);                                                       \
    /* reference[r] = max(reference[r], row r), and sum[r], relative to it, += the sum of         \
       exp(u), u = exponent * (x - reference[r]), of the elements with u >= least and of those    \
       that come along. */                                                                        \
    void (*estimateSum)(const Real *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,       \
                        Real exponent, Real least, Real *reference, double *sum);                 \
    /* With z known to within m = rowMargin[r] + columnMargin[c]: lists the elements where         \
       z + m >= threshold[r], and with `low` those that may lie in low[r]..high[r]; ends as       \
       `gather`. Of the others, rest[r] += the sum of exp(u), u = exponent * z - shift[r], but    \
       for those with z + m below threshold[r] - negligible, weighted[r] += that of u * exp(u),   \
       and ranks as `maximum`. Returns -1 where `capacity` might not have done. */                \
    ptrdiff_t (*select)(const Real *z, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,       \
                        const Real *rowMargin, const Real *columnMargin, const Real *threshold,   \
                        Real negligible, Real exponent, const Real *shift, const Real *low,       \
                        const Real *high, Real *values, int32_t *indices, ptrdiff_t capacity,     \
                        ptrdiff_t *ends, double *rest, double *weighted, int64_t *above,          \
                        int64_t *notBelow);                                                       \
    /* As `select`, of what it listed, in place. */                                               \
    void (*reselect)(Real *values, int32_t *indices, ptrdiff_t *ends, ptrdiff_t rows,             \
                     const Real *rowMargin, const Real *columnMargin, const Real *threshold,      \
                     Real negligible, Real exponent, const Real *shift, const Real *low,          \
                     const Real *high, double *rest, double *weighted, int64_t *above,            \
                     int64_t *notBelow);                                                          \
    /* values = scale * (x[r] . y[index]), for the indices of every row r. */                     \
    void (*gatheredDots)(const Real *x, ptrdiff_t xStride, const Real *y, ptrdiff_t yStride,      \
                         ptrdiff_t columns, const int32_t *indices, const ptrdiff_t *ends,        \
                         ptrdiff_t rows, Real scale, Real *values);                               \
    /* As exponentialSum, storing, of rows that end where `ends` says. */                         \
    void (*gatheredSum)(Real *values, const ptrdiff_t *ends, ptrdiff_t rows, Real exponent,       \
                        const Real *shift, double *sum, double *weighted, const Real *low,        \
                        const Real *high, int64_t *above, int64_t *notBelow);                     \
  } Name;

CONTRASTIVE_KERNELS(contrastive_float_kernels, float)
CONTRASTIVE_KERNELS(contrastive_double_kernels, double)

// The tables; null where this build or this processor cannot run them.
const contrastive_float_kernels *contrastive_float_portable(void);
const contrastive_double_kernels *contrastive_double_portable(void);
const contrastive_float_kernels *contrastive_float_avx2(void);
const contrastive_double_kernels *contrastive_double_avx2(void);
const contrastive_float_kernels *contrastive_float_avx512(void);
const contrastive_double_kernels *contrastive_double_avx512(void);
const contrastive_float_kernels *contrastive_float_avx512vnni(void);
const contrastive_double_kernels *contrastive_double_avx512vnni(void);
