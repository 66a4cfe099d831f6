// What the portable loops make of numbers that are the same on every machine: a line each, by which two machines are
// compared. A line is the loop's name, whether the number must be equal to the last bit, and the number.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "CContrastiveKernels.h"

static uint64_t state;

// From -1 to 1.
static double next(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(int64_t)(state >> 11) / 4503599627370496.0 - 1;
}

static void print(const char *type, const char *name, int columns, const double *numbers, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) printf("%s-%s-%d near %.17g\n", type, name, columns, numbers[i]);
}

static void printCount(const char *type, const char *name, int columns, int64_t count) {
  printf("%s-%s-%d equal %lld\n", type, name, columns, (long long)count);
}

#define ROWS 5
#define MOST 515
#define LIST (ROWS * (MOST + 64))

#define REAL float
#define TYPE "float"
#define NAME(x) x##Float
#include "print.inc"
#undef REAL
#undef TYPE
#undef NAME

#define REAL double
#define TYPE "double"
#define NAME(x) x##Double
#include "print.inc"
#undef REAL
#undef TYPE
#undef NAME

// The largest error of exp, in units of the last place, beside `long double`'s.
static void printExponential(void) {
  enum { count = 4096 };
  static float narrow[count];
  static double wide[count];
  double worst[2] = {0, 0};
  const contrastive_tables *tables = contrastive_portable();
  for (int round = 0; round < 64; round++) {
    double zero = 0, sum = 0, weighted = 0;
    contrastive_sums sums = {&sum, &weighted, NULL};
    contrastive_ranks ranks = {NULL, NULL, NULL, NULL};
    static float narrowBefore[count];
    static double wideBefore[count];
    for (int i = 0; i < count; i++) {
      narrow[i] = narrowBefore[i] = (float)(43.5 * next() - 43.5);
      wide[i] = wideBefore[i] = 350 * next() - 350;
    }
    tables->ofFloat->exponentialSums((contrastive_tile){narrow, 1, count, count}, 1, &zero, NULL, true, sums, ranks);
    tables->ofDouble->exponentialSums((contrastive_tile){wide, 1, count, count}, 1, &zero, NULL, true, sums, ranks);
    for (int i = 0; i < count; i++) {
      int exponent;
      long double exact = expl((long double)narrowBefore[i]);
      frexpl(exact, &exponent);
      double error = (double)(fabsl(narrow[i] - exact) / ldexpl(1, exponent - 24));
      if (error > worst[0]) worst[0] = error;
      exact = expl((long double)wideBefore[i]);
      frexpl(exact, &exponent);
      error = (double)(fabsl(wide[i] - exact) / ldexpl(1, exponent - 53));
      if (error > worst[1]) worst[1] = error;
    }
  }
  fprintf(stderr, "exp: within %.3f ulp (float), %.3f ulp (double)\n", worst[0], worst[1]);
  // As the tests have it.
  if (!(worst[0] <= 2 && worst[1] <= 2)) exit(1);
}

// Products of rows rounded to 16 bits, whose sums are exact.
static void printNarrow(const contrastive_products *table, int columns) {
  int32_t *left = malloc((size_t)table->narrowRoom(ROWS, columns) * sizeof *left);
  int32_t *scratch = malloc((size_t)table->narrowScratch(columns) * sizeof *scratch);
  float steps[12] = {0};
  contrastive_extent extent = {0, 0};
  static float x[ROWS * MOST], y[ROWS * MOST], z[ROWS * ROWS];
  for (int i = 0; i < ROWS * columns; i++) x[i] = (float)next(), y[i] = (float)next();
  contrastive_tile rows = {x, ROWS, columns, columns}, others = {y, ROWS, columns, columns};
  table->narrowRows(rows, left, steps, &extent);
  table->narrowProducts(left, steps, others, 2.5, scratch, (contrastive_tile){z, ROWS, ROWS, ROWS},
                        &extent);
  double numbers[ROWS * ROWS];
  for (int i = 0; i < ROWS * ROWS; i++) numbers[i] = z[i];
  print("float", "narrowProducts", columns, numbers, ROWS * ROWS);
  table->narrowRowDots(rows, others, 2.5, numbers);
  print("float", "narrowRowDots", columns, numbers, ROWS);
  numbers[0] = extent.step, numbers[1] = extent.length;
  print("float", "narrowExtent", columns, numbers, 2);
  free(left);
  free(scratch);
}

int main(void) {
  const int widths[] = {1, 15, 17, 64, MOST};
  const contrastive_tables *tables = contrastive_portable();
  for (int i = 0; i < (int)(sizeof widths / sizeof *widths); i++) {
    state = (uint64_t)widths[i];
    printLoopsFloat(tables->ofFloat, widths[i]);
    printLoopsDouble(tables->ofDouble, widths[i]);
    printNarrow(tables->products, widths[i]);
  }
  printExponential();
  return 0;
}
