// The loops of the softmax engine that are not matrix products: one type of table, and a table of
// it for each scalar type and instruction set.
//
// What belongs to the elements of matrices is of the table's scalar type, behind a `void *`:
// elements themselves, steps of codes, and per column what a row's loop reads with them. All other
// numbers, per row and alone, are `double`: a loop rounds them once per row, or per strip of
// columns.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Row-major; the stride is in elements.
typedef struct contrastive_tile {
  void *elements;
  ptrdiff_t rows, columns, stride;
} contrastive_tile;

// above[r] += #{x > high[r]} and notBelow[r] += #{x >= low[r]}; with `low` null, nothing.
typedef struct contrastive_ranks {
  const double *low, *high;
  int64_t *above, *notBelow;
} contrastive_ranks;

// With e = exp(u): sum[r] += e, weighted[r] += e * u, and with a bias biased[r] += e * bias[c].
typedef struct contrastive_sums {
  double *sum, *weighted, *biased;
} contrastive_sums;

// factor[r] * exp(exponent * x - shift[r])
typedef struct contrastive_term {
  double exponent;
  const double *shift, *factor;
} contrastive_term;

// Of rows, or of columns: u = x - shift[r], or with `scale` u = scale[r] * x - shift[r].
typedef struct contrastive_side {
  const double *shift, *scale;
  contrastive_sums sums;
  contrastive_ranks ranks;
} contrastive_side;

// Of rows, or of columns: factor[r] * exp(u), u as of a side.
typedef struct contrastive_mutual_term {
  const double *shift, *factor, *scale;
} contrastive_mutual_term;

// Sums over f(u), f'(u) and f'(u) * x.
typedef struct contrastive_pair_sums {
  double *value, *slope, *weighted;
} contrastive_pair_sums;

// Some elements of every row in turn and their columns; ends[r] is their number up to and with
// row r.
typedef struct contrastive_lists {
  void *values;
  int32_t *indices;
  ptrdiff_t *ends;
  ptrdiff_t rows;
} contrastive_lists;

// Rows in codes of 8 bits.
typedef struct contrastive_codes {
  uint8_t *codes;
  void *steps, *errors;
  int32_t *sums;
} contrastive_codes;

// Logits z known to within m = rowMargin[r] + columnMargin[c], those that matter, z + m >=
// threshold[r], and those of the others that count: z + m >= threshold[r] - negligible, with
// u = exponent * z - shift[r].
typedef struct contrastive_screening {
  const double *rowMargin;
  const void *columnMargin;
  const double *threshold, *shift;
  double negligible, exponent;
} contrastive_screening;

// How a cosine becomes a logit.
typedef enum contrastive_map {
  contrastive_map_arctanh,
  contrastive_map_circle,
  contrastive_map_affine,
} contrastive_map;

// Numbers of 16 bits.
typedef enum contrastive_sixteen {
  contrastive_sixteen_float,
  contrastive_sixteen_bfloat,
} contrastive_sixteen;

typedef struct contrastive_adam {
  double rate, firstShare, secondKept, secondShare, rootCorrection, epsilon, decay, shrinkage;
} contrastive_adam;

// Of some rows of floats, the largest: the step of a row's 16-bit integers, and its length.
typedef struct contrastive_extent {
  double step, length;
} contrastive_extent;

// Products of rows of floats that are rounded to 16 bits. Lengths are in pairs of numbers, of 32
// bits.
typedef struct contrastive_products {
  // Whether products of integers are faster than those of floats.
  bool takesLogits;
  // Raises `extent` to that of some rows.
  void (*narrowExtent)(contrastive_tile x, contrastive_extent *extent);
  // Room for rows on the left of `narrowProducts`, and for its scratch.
  ptrdiff_t (*narrowRoom)(ptrdiff_t rows, ptrdiff_t columns);
  ptrdiff_t (*narrowScratch)(ptrdiff_t columns);
  // Rows in integers with a step of each row's own, as the left of `narrowProducts`.
  void (*narrowRows)(contrastive_tile x, int32_t *to, float *steps, contrastive_extent *extent);
  // z = scale * left * y^T, whose sums are exact. Raises `extent` to that of y.
  void (*narrowProducts)(const int32_t *left, const float *leftSteps, contrastive_tile y,
                         double scale, int32_t *scratch, contrastive_tile z,
                         contrastive_extent *extent);
  // dots[r] = what `narrowProducts` makes of x[r] and y[r]
  void (*narrowRowDots)(contrastive_tile x, contrastive_tile y, double scale, double *dots);
  // Room for `bfloatProducts`, which is null where there is no instruction for them.
  ptrdiff_t bfloatScratch;
  // y in bfloat16, for products with the whole of it, and the room that it takes.
  ptrdiff_t (*bfloatRoom)(ptrdiff_t rows, ptrdiff_t columns);
  void (*bfloatPack)(contrastive_tile y, int32_t *to);
  // z = scale * op(x) * y + (accumulating ? z : 0), both rounded to bfloat16, with sums in float.
  // `packed` is what `bfloatPack` made of y, or null.
  void (*bfloatProducts)(contrastive_tile x, bool transposed, contrastive_tile y,
                         const int32_t *packed, double scale, bool accumulating, int32_t *scratch,
                         contrastive_tile z);
} contrastive_products;

typedef struct contrastive_kernels {
  // maximum[r] = max(maximum[r], exponent * x + bias[c]), so that no u of `exponentialSums` with
  // that shift exceeds 0; `bias` may be null. Counts ranks of x.
  void (*maximum)(contrastive_tile x, double exponent, const void *bias, double *maximum,
                  contrastive_ranks ranks);
  // u = exponent * x + bias[c] - shift[r], of sums; x = exp(u) if `store`. -inf counts as nothing.
  // Counts ranks of x.
  void (*exponentialSums)(contrastive_tile x, double exponent, const double *shift,
                          const void *bias, bool store, contrastive_sums sums,
                          contrastive_ranks ranks);
  // The same of many exponents, without a bias: shift, sum and weighted have tile.rows numbers for
  // each in turn. Counts ranks once.
  void (*manyExponentialSums)(contrastive_tile x, ptrdiff_t count, const double *exponent,
                              const double *shift, contrastive_sums sums,
                              contrastive_ranks ranks);
  // x = the sum of one or two terms, with + bias[c] in their exponents; `bias` may be null.
  void (*weights)(contrastive_tile x, const contrastive_term *terms, ptrdiff_t count,
                  const void *bias);
  // Sums of the rows and of the columns, and their ranks. With `columns.shift` null, rows.shift is
  // one number repeated, and the columns' too. `store` leaves the rows' exp(u).
  void (*mutualSums)(contrastive_tile x, contrastive_side rows, contrastive_side columns,
                     bool store);
  // x = the row's term + the column's; with `columns.shift` null, rows.shift is both; with
  // `rows.shift` null, x holds the exponentials.
  void (*mutualWeights)(contrastive_tile x, contrastive_mutual_term rows,
                        contrastive_mutual_term columns);
  // As `maximum` of x alone, of the columns: every array has an element per column.
  void (*columnMaximum)(contrastive_tile x, double *maximum, contrastive_ranks ranks);

  // x = map(x), and map'(x) to `slopes`, if it has elements. -inf stays, with a slope of 0.
  //   arctanh: scale * artanh(x)
  //   circle:  scale * max(0, x + parameter) * (x - parameter), the first factors a constant of it
  //   affine:  scale * (x - parameter)
  void (*mapLogits)(contrastive_tile x, contrastive_map map, double scale, double parameter,
                    contrastive_tile slopes);

  // With u = x + bias[r], f = log(1 + exp(u)) and g = 1 / (1 + exp(-u)): sums of f, g and g * x,
  // and x = factor[r] * g where factor is not null. -inf counts as nothing.
  void (*softplusSums)(contrastive_tile x, const double *bias, const double *factor,
                       contrastive_pair_sums sums);
  // The same with f = max(u, 0) and g = 1 where u > 0, 0 elsewhere, but for weighted.
  void (*hingeSums)(contrastive_tile x, const double *bias, const double *factor,
                    contrastive_pair_sums sums);

  // Lists the elements x >= threshold[r], and sets sums[r] to theirs. Returns their number, or -1
  // where `capacity` might not have done.
  ptrdiff_t (*gather)(contrastive_tile x, const double *threshold, contrastive_lists lists,
                      ptrdiff_t capacity, double *sums);
  // Leaves of the elements of one tile those >= threshold[r], in place; sums[r] is what remains of
  // row r.
  void (*prune)(contrastive_lists lists, const double *threshold, double *sums);
  // sums[r] += those of the elements of one tile that are below threshold[r].
  void (*sumBelow)(contrastive_lists lists, const double *threshold, double *sums);
  // The elements of `gather` by column: their products with factor[r], and their rows, column by
  // column and each column's by row.
  void (*transposeGathered)(contrastive_lists lists, const double *factor,
                            contrastive_lists transposed);
  // For the elements of `gather`: row r of sums += factor[r] * value * row `index` of source;
  // factor 1 where it is null.
  void (*addGathered)(contrastive_lists lists, const double *factor, contrastive_tile source,
                      contrastive_tile sums);
  // values = scale * (row r of x . row `index` of y), for the indices of every row r.
  void (*gatheredDots)(contrastive_tile x, contrastive_tile y, contrastive_lists lists,
                       double scale);
  // As exponentialSums, storing and without a bias.
  void (*gatheredSums)(contrastive_lists lists, double exponent, const double *shift,
                       contrastive_sums sums, contrastive_ranks ranks);

  // x *= factor[r]
  void (*scaleRows)(contrastive_tile x, const double *factor);
  // y += factor[r] * x; factor 1 where it is null.
  void (*addRows)(contrastive_tile x, const double *factor, contrastive_tile y);
  // y *= x
  void (*multiplyRows)(contrastive_tile x, contrastive_tile y);
  // y = row[r] * column[c] * x
  void (*scaleBoth)(contrastive_tile x, const double *row, const void *column,
                    contrastive_tile y);
  // y = row[r] * column[c] * w + (accumulating ? y : 0); rowSums[r] and columnSums[c] += w * z.
  void (*addScaledBoth)(contrastive_tile w, contrastive_tile z, const double *row,
                        const void *column, bool accumulating, double *rowSums, void *columnSums,
                        contrastive_tile y);
  // counts[b] += how many elements lie in bin b of `bins` equal ones from low to high; those beyond in the outermost,
  // and -inf, no candidate, in none.
  void (*histogram)(contrastive_tile x, double low, double high, ptrdiff_t bins, int64_t *counts);
  // y = the transpose of x
  void (*transpose)(contrastive_tile x, contrastive_tile y);
  // y = x, whose elements are floats or doubles, of 4 or 8 bytes.
  void (*convertRows)(contrastive_tile x, ptrdiff_t byteCount, contrastive_tile y);
  // y = x, `count` numbers of 16 bits.
  void (*readSixteen)(const uint16_t *x, contrastive_sixteen format, ptrdiff_t count, void *y);
  // y = x, finite numbers, to nearest, ties to even; infinite beyond the largest.
  void (*writeSixteen)(const void *x, contrastive_sixteen format, ptrdiff_t count, uint16_t *y);
  // dots[r] = x[r] . y[r]
  void (*dots)(contrastive_tile x, contrastive_tile y, double *dots);
  // distances[r] = |x[r] - y[r]|^2
  void (*squaredDistances)(contrastive_tile x, contrastive_tile y, double *distances);
  // sums[c] += the sum of column c
  void (*columnSums)(contrastive_tile x, double *sums);
  // y = x / max(|x|, smallest normal number)
  void (*normalize)(contrastive_tile x, contrastive_tile y);
  // g = (g - x^ (x^ . g)) / |x|, x^ = x / |x|; 0 where |x| is not a normal number.
  void (*normalizePullback)(contrastive_tile x, contrastive_tile g);
  // The first row that holds a NaN or an infinity, or the number of rows.
  ptrdiff_t (*firstNotFiniteRow)(contrastive_tile x);

  // A step of Adam on weights y, whose gradient is g, with the running means m and v:
  // y *= shrinkage, d = g + decay * y, m += firstShare * (d - m),
  // v = secondKept * v + secondShare * d^2, y -= rate * m / (sqrt(v) / rootCorrection + epsilon).
  void (*adam)(contrastive_tile g, contrastive_tile m, contrastive_tile v, contrastive_tile y,
               contrastive_adam constants);
  // A step of gradient descent, with the velocity v: d = g + decay * y, v = momentum * v + d,
  // y -= rate * (nesterov ? d + momentum * v : v).
  void (*descend)(contrastive_tile g, contrastive_tile v, contrastive_tile y, double rate,
                  double momentum, double decay, bool nesterov);
  // y = momentum * y + (1 - momentum) * x
  void (*interpolate)(contrastive_tile x, contrastive_tile y, double momentum);
  // y = 0 where it is below.
  void (*rectify)(contrastive_tile y);
  // y = 0 where x is not above it.
  void (*clearWhereNotPositive)(contrastive_tile x, contrastive_tile y);

  // Whether products of codes are worth it: a quarter of the time of floats'.
  bool screens;
  // Codes of 8 bits, four to a 32-bit lane, zeros after the last column: x = step[r] * code to an
  // error vector of norm <= errors[r]; sums[r] is the codes' sum. Interleaved, the fours of 64 rows
  // alternate, and 128 is added to every code.
  void (*encode)(contrastive_tile x, bool interleaved, contrastive_codes codes);
  // z = scale * step * step * (code . code), of queries by row, of which whole groups of 16 are
  // read, and interleaved keys.
  void (*codeProducts)(contrastive_codes queries, contrastive_codes keys, ptrdiff_t depth,
                       double scale, contrastive_tile z);
  // reference[r] = max(reference[r], row r), and sum[r], relative to it, += the sum of exp(u),
  // u = exponent * (x - reference[r]), of the elements with u >= least and of those that come
  // along.
  void (*estimateSums)(contrastive_tile x, double exponent, double least, double *reference,
                       double *sum);
  // Lists the elements that matter, and with ranks those that may lie in low[r]..high[r]. Of the
  // others, sums of those that count, and ranks. Returns the number of elements listed, or -1 where
  // `capacity` might not have done.
  ptrdiff_t (*select)(contrastive_tile z, const contrastive_screening *screening,
                      contrastive_lists lists, ptrdiff_t capacity, contrastive_sums sums,
                      contrastive_ranks ranks);
  // As `select`, of what it listed, in place.
  void (*reselect)(contrastive_lists lists, const contrastive_screening *screening,
                   contrastive_sums sums, contrastive_ranks ranks);

  // z = scale * op(x) * op(y) + (accumulating ? z : 0), each op transposing or not.
  void (*multiply)(contrastive_tile x, bool transposingX, contrastive_tile y, bool transposingY,
                   double scale, bool accumulating, contrastive_tile z);
} contrastive_kernels;

// What was compiled for one instruction set.
typedef struct contrastive_tables {
  const contrastive_kernels *ofFloat, *ofDouble;
  const contrastive_products *products;
} contrastive_tables;

// Null where this build or this processor cannot run them. There are no kernels for bf16
// alone. What asks for amx asks the system first whether the process may.
const contrastive_tables *contrastive_portable(void);
const contrastive_tables *contrastive_avx2(void);
const contrastive_tables *contrastive_avx512(void);
const contrastive_tables *contrastive_avx512vnni(void);
const contrastive_tables *contrastive_avx512bf16(void);
const contrastive_tables *contrastive_amx(void);

// Lets this thread take numbers below the smallest normal one for 0, read or made: a processor that
// is fast at all others is many times slower at these. Returns the mode before,
// for `contrastive_setMode`.
static inline uint64_t contrastive_flushSubnormals(void) {
#if defined(__x86_64__)
  // Flush to zero, and denormals are zeros.
  const unsigned mode = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(mode | 0x8040);
  return mode;
#elif defined(__aarch64__)
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | 1 << 24));
  return mode;
#else
  return 0;
#endif
}

static inline void contrastive_setMode(uint64_t mode) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr((unsigned)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
  (void)mode;
#endif
}
