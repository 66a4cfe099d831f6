import CContrastiveKernels
import COpenBLAS
public import RealModule

extension Double: EmbeddingScalar {
  @unsafe public static func _multiply(
    _ a: UnsafePointer<Double>, transposed: Bool, stride aStride: Int,
    _ b: UnsafePointer<Double>, transposed bTransposed: Bool, stride bStride: Int,
    rows: Int, columns: Int, depth: Int,
    scale: Double, into c: UnsafeMutablePointer<Double>, stride cStride: Int, accumulating: Bool
  ) {
    unsafe cblas_dgemm(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans,
      bTransposed ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns), blasint(depth),
      scale, a, blasint(aStride), b, blasint(bStride), accumulating ? 1 : 0, c,
      blasint(cStride))
  }

  @unsafe public static func _exponential(
    _ x: UnsafePointer<Double>, _ count: Int, _ y: UnsafeMutablePointer<Double>,
    on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.exponential(x, count, y)
  }

  @unsafe public static func _maximum(
    _ x: UnsafePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ maximum: UnsafeMutablePointer<Double>, _ low: UnsafePointer<Double>?,
    _ high: UnsafePointer<Double>?, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.maximum(
      x, rows, columns, stride, maximum, low, high, above, notBelow)
  }

  @unsafe public static func _exponentialSum(
    _ x: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ exponent: Double, _ shift: UnsafePointer<Double>, _ sum: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ store: Bool, _ low: UnsafePointer<Double>?,
    _ high: UnsafePointer<Double>?,
    _ above: UnsafeMutablePointer<Int64>?, _ notBelow: UnsafeMutablePointer<Int64>?,
    on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.exponentialSum(
      x, rows, columns, stride, exponent, shift, sum, weighted, store, low, high, above,
      notBelow)
  }

  @unsafe public static func _weights(
    _ x: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ exponent: Double, _ shift: UnsafePointer<Double>, _ factor: UnsafePointer<Double>,
    _ secondExponent: Double, _ secondShift: UnsafePointer<Double>?,
    _ secondFactor: UnsafePointer<Double>?, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.weights(
      x, rows, columns, stride, exponent, shift, factor, secondExponent, secondShift, secondFactor)
  }

  @unsafe public static func _mutualSums(
    _ x: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ rowShift: UnsafePointer<Double>, _ columnShift: UnsafePointer<Double>?,
    _ rowSum: UnsafeMutablePointer<Double>, _ rowWeighted: UnsafeMutablePointer<Double>,
    _ columnSum: UnsafeMutablePointer<Double>, _ columnWeighted: UnsafeMutablePointer<Double>,
    _ store: Bool, _ rowLow: UnsafePointer<Double>?, _ rowHigh: UnsafePointer<Double>?,
    _ rowAbove: UnsafeMutablePointer<Int64>?, _ rowNotBelow: UnsafeMutablePointer<Int64>?,
    _ columnLow: UnsafePointer<Double>?, _ columnHigh: UnsafePointer<Double>?,
    _ columnAbove: UnsafeMutablePointer<Int64>?,
    _ columnNotBelow: UnsafeMutablePointer<Int64>?,
    on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.mutualSums(
      x, rows, columns, stride, rowShift, columnShift, rowSum, rowWeighted, columnSum,
      columnWeighted, store, rowLow, rowHigh, rowAbove, rowNotBelow, columnLow, columnHigh,
      columnAbove, columnNotBelow)
  }

  @unsafe public static func _mutualWeights(
    _ x: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ rowShift: UnsafePointer<Double>?, _ rowFactor: UnsafePointer<Double>,
    _ columnShift: UnsafePointer<Double>?, _ columnFactor: UnsafePointer<Double>,
    on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.mutualWeights(
      x, rows, columns, stride, rowShift, rowFactor, columnShift, columnFactor)
  }

  @unsafe public static func _columnMaximum(
    _ x: UnsafePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ maximum: UnsafeMutablePointer<Double>, _ low: UnsafePointer<Double>?,
    _ high: UnsafePointer<Double>?, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.columnMaximum(
      x, rows, columns, stride, maximum, low, high, above, notBelow)
  }

  @unsafe public static func _gather(
    _ x: UnsafePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ threshold: UnsafePointer<Double>, _ values: UnsafeMutablePointer<Double>,
    _ indices: UnsafeMutablePointer<Int32>, _ capacity: Int, _ ends: UnsafeMutablePointer<Int>,
    _ sums: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) -> Int {
    unsafe isa.doubleKernels.pointee.gather(
      x, rows, columns, stride, threshold, values, indices, capacity, ends, sums)
  }

  @unsafe public static func _prune(
    _ values: UnsafeMutablePointer<Double>, _ indices: UnsafeMutablePointer<Int32>,
    _ ends: UnsafeMutablePointer<Int>, _ rows: Int, _ threshold: UnsafePointer<Double>,
    _ sums: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.prune(values, indices, ends, rows, threshold, sums)
  }

  @unsafe public static func _sumBelow(
    _ values: UnsafePointer<Double>, _ ends: UnsafePointer<Int>, _ rows: Int,
    _ threshold: UnsafePointer<Double>, _ sums: UnsafeMutablePointer<Double>,
    on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.sumBelow(values, ends, rows, threshold, sums)
  }

  @unsafe public static func _transposeGathered(
    _ values: UnsafePointer<Double>, _ indices: UnsafePointer<Int32>, _ ends: UnsafePointer<Int>,
    _ rows: Int, _ factor: UnsafePointer<Double>, _ transposed: UnsafeMutablePointer<Double>,
    _ rowOf: UnsafeMutablePointer<Int32>, _ columnEnds: UnsafeMutablePointer<Int>,
    _ columns: Int, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.transposeGathered(
      values, indices, ends, rows, factor, transposed, rowOf, columnEnds, columns)
  }

  @unsafe public static func _addGathered(
    _ values: UnsafePointer<Double>, _ indices: UnsafePointer<Int32>, _ ends: UnsafePointer<Int>,
    _ rows: Int, _ factor: UnsafePointer<Double>?, _ columns: Int, _ source: UnsafePointer<Double>,
    _ sourceStride: Int, _ sums: UnsafeMutablePointer<Double>, _ stride: Int,
    on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.addGathered(
      values, indices, ends, rows, factor, columns, source, sourceStride, sums, stride)
  }

  @unsafe public static func _scaleRows(
    _ x: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ factor: UnsafePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.scaleRows(x, rows, columns, stride, factor)
  }

  @unsafe public static func _addRows(
    _ x: UnsafePointer<Double>, _ xStride: Int, _ factor: UnsafePointer<Double>?, _ rows: Int,
    _ columns: Int, _ y: UnsafeMutablePointer<Double>, _ yStride: Int, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.addRows(x, xStride, factor, rows, columns, y, yStride)
  }

  @unsafe public static func _dots(
    _ x: UnsafePointer<Double>, _ xStride: Int, _ y: UnsafePointer<Double>, _ yStride: Int,
    _ rows: Int, _ columns: Int, _ dots: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.dots(x, xStride, y, yStride, rows, columns, dots)
  }

  @unsafe public static func _squaredDistances(
    _ x: UnsafePointer<Double>, _ xStride: Int, _ y: UnsafePointer<Double>, _ yStride: Int,
    _ rows: Int, _ columns: Int, _ distances: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.squaredDistances(
      x, xStride, y, yStride, rows, columns, distances)
  }

  @unsafe public static func _columnSums(
    _ x: UnsafePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ sums: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.columnSums(x, rows, columns, stride, sums)
  }

  @unsafe public static func _normalize(
    _ x: UnsafePointer<Double>, _ xStride: Int, _ rows: Int, _ columns: Int,
    _ y: UnsafeMutablePointer<Double>, _ yStride: Int, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.normalize(x, xStride, rows, columns, y, yStride)
  }

  @unsafe public static func _normalizePullback(
    _ x: UnsafePointer<Double>, _ xStride: Int, _ rows: Int, _ columns: Int,
    _ g: UnsafeMutablePointer<Double>, _ gStride: Int, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.normalizePullback(x, xStride, rows, columns, g, gStride)
  }

  @unsafe public static func _firstNotFiniteRow(
    _ x: UnsafePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int, on isa: InstructionSet
  ) -> Int {
    unsafe isa.doubleKernels.pointee.firstNotFiniteRow(x, rows, columns, stride)
  }

  @unsafe public static func _softplusSum(
    _ x: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ bias: UnsafePointer<Double>, _ factor: UnsafePointer<Double>?,
    _ sum: UnsafeMutablePointer<Double>, _ slope: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.softplusSum(
      x, rows, columns, stride, bias, factor, sum, slope, weighted)
  }

  @unsafe public static func _hingeSum(
    _ x: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ bias: UnsafePointer<Double>, _ factor: UnsafePointer<Double>?,
    _ sum: UnsafeMutablePointer<Double>, _ slope: UnsafeMutablePointer<Double>,
    on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.hingeSum(x, rows, columns, stride, bias, factor, sum, slope)
  }

  @unsafe public static func _adam(
    _ g: UnsafePointer<Double>, _ gStride: Int, _ m: UnsafeMutablePointer<Double>, _ mStride: Int,
    _ v: UnsafeMutablePointer<Double>, _ vStride: Int, _ rows: Int, _ columns: Int,
    _ y: UnsafeMutablePointer<Double>, _ yStride: Int, _ constants: UnsafePointer<Double>,
    on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.adam(
      g, gStride, m, mStride, v, vStride, rows, columns, y, yStride, constants)
  }

  public static func _screens(on isa: InstructionSet) -> Bool {
    unsafe isa.doubleKernels.pointee.screens
  }

  @unsafe public static func _encode(
    _ x: UnsafePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int, _ interleaved: Bool,
    _ codes: UnsafeMutablePointer<UInt8>, _ steps: UnsafeMutablePointer<Double>,
    _ errors: UnsafeMutablePointer<Double>,
    _ codeSums: UnsafeMutablePointer<Int32>, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.encode(
      x, rows, columns, stride, interleaved, codes, steps, errors, codeSums)
  }

  @unsafe public static func _codeProducts(
    _ queries: UnsafePointer<UInt8>, _ querySteps: UnsafePointer<Double>,
    _ codeSums: UnsafePointer<Int32>, _ rows: Int, _ keys: UnsafePointer<UInt8>,
    _ keySteps: UnsafePointer<Double>, _ columns: Int, _ depth: Int, _ scale: Double,
    _ z: UnsafeMutablePointer<Double>, _ stride: Int, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.codeProducts(
      queries, querySteps, codeSums, rows, keys, keySteps, columns, depth, scale, z, stride)
  }

  @unsafe public static func _select(
    _ z: UnsafePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ rowMargin: UnsafePointer<Double>, _ columnMargin: UnsafePointer<Double>,
    _ threshold: UnsafePointer<Double>, _ negligible: Double, _ exponent: Double,
    _ shift: UnsafePointer<Double>, _ low: UnsafePointer<Double>?, _ high: UnsafePointer<Double>?,
    _ values: UnsafeMutablePointer<Double>, _ indices: UnsafeMutablePointer<Int32>,
    _ capacity: Int, _ ends: UnsafeMutablePointer<Int>, _ rest: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) -> Int {
    unsafe isa.doubleKernels.pointee.select(
      z, rows, columns, stride, rowMargin, columnMargin, threshold, negligible, exponent, shift,
      low, high, values, indices, capacity, ends, rest, weighted, above, notBelow)
  }

  @unsafe public static func _reselect(
    _ values: UnsafeMutablePointer<Double>, _ indices: UnsafeMutablePointer<Int32>,
    _ ends: UnsafeMutablePointer<Int>, _ rows: Int, _ rowMargin: UnsafePointer<Double>,
    _ columnMargin: UnsafePointer<Double>, _ threshold: UnsafePointer<Double>, _ negligible: Double,
    _ exponent: Double, _ shift: UnsafePointer<Double>, _ low: UnsafePointer<Double>?,
    _ high: UnsafePointer<Double>?, _ rest: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.reselect(
      values, indices, ends, rows, rowMargin, columnMargin, threshold, negligible, exponent,
      shift, low, high, rest, weighted, above, notBelow)
  }

  @unsafe public static func _gatheredDots(
    _ x: UnsafePointer<Double>, _ xStride: Int, _ y: UnsafePointer<Double>, _ yStride: Int,
    _ columns: Int, _ indices: UnsafePointer<Int32>, _ ends: UnsafePointer<Int>, _ rows: Int,
    _ scale: Double, _ values: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.gatheredDots(
      x, xStride, y, yStride, columns, indices, ends, rows, scale, values)
  }

  @unsafe public static func _gatheredSum(
    _ values: UnsafeMutablePointer<Double>, _ ends: UnsafePointer<Int>, _ rows: Int,
    _ exponent: Double, _ shift: UnsafePointer<Double>, _ sum: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ low: UnsafePointer<Double>?,
    _ high: UnsafePointer<Double>?, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.gatheredSum(
      values, ends, rows, exponent, shift, sum, weighted, low, high, above, notBelow)
  }

  @unsafe public static func _estimateSum(
    _ x: UnsafePointer<Double>, _ rows: Int, _ columns: Int, _ stride: Int, _ exponent: Double,
    _ least: Double, _ reference: UnsafeMutablePointer<Double>, _ sum: UnsafeMutablePointer<Double>,
    on isa: InstructionSet
  ) {
    unsafe isa.doubleKernels.pointee.estimateSum(
      x, rows, columns, stride, exponent, least, reference, sum)
  }
}
