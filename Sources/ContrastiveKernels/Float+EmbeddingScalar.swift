import CContrastiveKernels
import COpenBLAS
public import RealModule

extension Float: EmbeddingScalar {
  @unsafe public static func _multiply(
    _ a: UnsafePointer<Float>, transposed: Bool, stride aStride: Int,
    _ b: UnsafePointer<Float>, transposed bTransposed: Bool, stride bStride: Int,
    rows: Int, columns: Int, depth: Int,
    scale: Float, into c: UnsafeMutablePointer<Float>, stride cStride: Int, accumulating: Bool
  ) {
    unsafe cblas_sgemm(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans,
      bTransposed ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns), blasint(depth),
      scale, a, blasint(aStride), b, blasint(bStride), accumulating ? 1 : 0, c,
      blasint(cStride))
  }

  @unsafe public static func _exponential(
    _ x: UnsafePointer<Float>, _ count: Int, _ y: UnsafeMutablePointer<Float>,
    on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.exponential(x, count, y)
  }

  @unsafe public static func _maximum(
    _ x: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ maximum: UnsafeMutablePointer<Float>, _ low: UnsafePointer<Float>?,
    _ high: UnsafePointer<Float>?, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.maximum(
      x, rows, columns, stride, maximum, low, high, above, notBelow)
  }

  @unsafe public static func _exponentialSum(
    _ x: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ exponent: Float, _ shift: UnsafePointer<Float>, _ sum: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ store: Bool, _ low: UnsafePointer<Float>?,
    _ high: UnsafePointer<Float>?,
    _ above: UnsafeMutablePointer<Int64>?, _ notBelow: UnsafeMutablePointer<Int64>?,
    on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.exponentialSum(
      x, rows, columns, stride, exponent, shift, sum, weighted, store, low, high, above,
      notBelow)
  }

  @unsafe public static func _weights(
    _ x: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ exponent: Float, _ shift: UnsafePointer<Float>, _ factor: UnsafePointer<Float>,
    _ secondExponent: Float, _ secondShift: UnsafePointer<Float>?,
    _ secondFactor: UnsafePointer<Float>?, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.weights(
      x, rows, columns, stride, exponent, shift, factor, secondExponent, secondShift, secondFactor)
  }

  @unsafe public static func _mutualSums(
    _ x: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ rowShift: UnsafePointer<Float>, _ columnShift: UnsafePointer<Float>?,
    _ rowSum: UnsafeMutablePointer<Double>, _ rowWeighted: UnsafeMutablePointer<Double>,
    _ columnSum: UnsafeMutablePointer<Double>, _ columnWeighted: UnsafeMutablePointer<Double>,
    _ store: Bool, _ rowLow: UnsafePointer<Float>?, _ rowHigh: UnsafePointer<Float>?,
    _ rowAbove: UnsafeMutablePointer<Int64>?, _ rowNotBelow: UnsafeMutablePointer<Int64>?,
    _ columnLow: UnsafePointer<Float>?, _ columnHigh: UnsafePointer<Float>?,
    _ columnAbove: UnsafeMutablePointer<Int64>?,
    _ columnNotBelow: UnsafeMutablePointer<Int64>?,
    on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.mutualSums(
      x, rows, columns, stride, rowShift, columnShift, rowSum, rowWeighted, columnSum,
      columnWeighted, store, rowLow, rowHigh, rowAbove, rowNotBelow, columnLow, columnHigh,
      columnAbove, columnNotBelow)
  }

  @unsafe public static func _mutualWeights(
    _ x: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ rowShift: UnsafePointer<Float>?, _ rowFactor: UnsafePointer<Float>,
    _ columnShift: UnsafePointer<Float>?, _ columnFactor: UnsafePointer<Float>,
    on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.mutualWeights(
      x, rows, columns, stride, rowShift, rowFactor, columnShift, columnFactor)
  }

  @unsafe public static func _columnMaximum(
    _ x: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ maximum: UnsafeMutablePointer<Float>, _ low: UnsafePointer<Float>?,
    _ high: UnsafePointer<Float>?, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.columnMaximum(
      x, rows, columns, stride, maximum, low, high, above, notBelow)
  }

  @unsafe public static func _gather(
    _ x: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ threshold: UnsafePointer<Float>, _ values: UnsafeMutablePointer<Float>,
    _ indices: UnsafeMutablePointer<Int32>, _ capacity: Int, _ ends: UnsafeMutablePointer<Int>,
    _ sums: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) -> Int {
    unsafe isa.floatKernels.pointee.gather(
      x, rows, columns, stride, threshold, values, indices, capacity, ends, sums)
  }

  @unsafe public static func _prune(
    _ values: UnsafeMutablePointer<Float>, _ indices: UnsafeMutablePointer<Int32>,
    _ ends: UnsafeMutablePointer<Int>, _ rows: Int, _ threshold: UnsafePointer<Float>,
    _ sums: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.prune(values, indices, ends, rows, threshold, sums)
  }

  @unsafe public static func _sumBelow(
    _ values: UnsafePointer<Float>, _ ends: UnsafePointer<Int>, _ rows: Int,
    _ threshold: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Double>,
    on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.sumBelow(values, ends, rows, threshold, sums)
  }

  @unsafe public static func _transposeGathered(
    _ values: UnsafePointer<Float>, _ indices: UnsafePointer<Int32>, _ ends: UnsafePointer<Int>,
    _ rows: Int, _ factor: UnsafePointer<Float>, _ transposed: UnsafeMutablePointer<Float>,
    _ rowOf: UnsafeMutablePointer<Int32>, _ columnEnds: UnsafeMutablePointer<Int>,
    _ columns: Int, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.transposeGathered(
      values, indices, ends, rows, factor, transposed, rowOf, columnEnds, columns)
  }

  @unsafe public static func _addGathered(
    _ values: UnsafePointer<Float>, _ indices: UnsafePointer<Int32>, _ ends: UnsafePointer<Int>,
    _ rows: Int, _ factor: UnsafePointer<Float>?, _ columns: Int, _ source: UnsafePointer<Float>,
    _ sourceStride: Int, _ sums: UnsafeMutablePointer<Float>, _ stride: Int,
    on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.addGathered(
      values, indices, ends, rows, factor, columns, source, sourceStride, sums, stride)
  }

  @unsafe public static func _scaleRows(
    _ x: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ factor: UnsafePointer<Float>, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.scaleRows(x, rows, columns, stride, factor)
  }

  @unsafe public static func _addRows(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ factor: UnsafePointer<Float>?, _ rows: Int,
    _ columns: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.addRows(x, xStride, factor, rows, columns, y, yStride)
  }

  @unsafe public static func _dots(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafePointer<Float>, _ yStride: Int,
    _ rows: Int, _ columns: Int, _ dots: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.dots(x, xStride, y, yStride, rows, columns, dots)
  }

  @unsafe public static func _squaredDistances(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafePointer<Float>, _ yStride: Int,
    _ rows: Int, _ columns: Int, _ distances: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.squaredDistances(
      x, xStride, y, yStride, rows, columns, distances)
  }

  @unsafe public static func _columnSums(
    _ x: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ sums: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.columnSums(x, rows, columns, stride, sums)
  }

  @unsafe public static func _normalize(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ rows: Int, _ columns: Int,
    _ y: UnsafeMutablePointer<Float>, _ yStride: Int, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.normalize(x, xStride, rows, columns, y, yStride)
  }

  @unsafe public static func _normalizePullback(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ rows: Int, _ columns: Int,
    _ g: UnsafeMutablePointer<Float>, _ gStride: Int, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.normalizePullback(x, xStride, rows, columns, g, gStride)
  }

  @unsafe public static func _firstNotFiniteRow(
    _ x: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int, on isa: InstructionSet
  ) -> Int {
    unsafe isa.floatKernels.pointee.firstNotFiniteRow(x, rows, columns, stride)
  }

  @unsafe public static func _softplusSum(
    _ x: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ bias: UnsafePointer<Float>, _ factor: UnsafePointer<Float>?,
    _ sum: UnsafeMutablePointer<Double>, _ slope: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.softplusSum(
      x, rows, columns, stride, bias, factor, sum, slope, weighted)
  }

  @unsafe public static func _hingeSum(
    _ x: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ bias: UnsafePointer<Float>, _ factor: UnsafePointer<Float>?,
    _ sum: UnsafeMutablePointer<Double>, _ slope: UnsafeMutablePointer<Double>,
    on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.hingeSum(x, rows, columns, stride, bias, factor, sum, slope)
  }

  @unsafe public static func _adam(
    _ g: UnsafePointer<Float>, _ gStride: Int, _ m: UnsafeMutablePointer<Float>, _ mStride: Int,
    _ v: UnsafeMutablePointer<Float>, _ vStride: Int, _ rows: Int, _ columns: Int,
    _ y: UnsafeMutablePointer<Float>, _ yStride: Int, _ constants: UnsafePointer<Float>,
    on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.adam(
      g, gStride, m, mStride, v, vStride, rows, columns, y, yStride, constants)
  }

  public static func _screens(on isa: InstructionSet) -> Bool {
    unsafe isa.floatKernels.pointee.screens
  }

  @unsafe public static func _encode(
    _ x: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int, _ interleaved: Bool,
    _ codes: UnsafeMutablePointer<UInt8>, _ steps: UnsafeMutablePointer<Float>,
    _ errors: UnsafeMutablePointer<Float>,
    _ codeSums: UnsafeMutablePointer<Int32>, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.encode(
      x, rows, columns, stride, interleaved, codes, steps, errors, codeSums)
  }

  @unsafe public static func _codeProducts(
    _ queries: UnsafePointer<UInt8>, _ querySteps: UnsafePointer<Float>,
    _ codeSums: UnsafePointer<Int32>, _ rows: Int, _ keys: UnsafePointer<UInt8>,
    _ keySteps: UnsafePointer<Float>, _ columns: Int, _ depth: Int, _ scale: Float,
    _ z: UnsafeMutablePointer<Float>, _ stride: Int, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.codeProducts(
      queries, querySteps, codeSums, rows, keys, keySteps, columns, depth, scale, z, stride)
  }

  @unsafe public static func _select(
    _ z: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ rowMargin: UnsafePointer<Float>, _ columnMargin: UnsafePointer<Float>,
    _ threshold: UnsafePointer<Float>, _ negligible: Float, _ exponent: Float,
    _ shift: UnsafePointer<Float>, _ low: UnsafePointer<Float>?, _ high: UnsafePointer<Float>?,
    _ values: UnsafeMutablePointer<Float>, _ indices: UnsafeMutablePointer<Int32>,
    _ capacity: Int, _ ends: UnsafeMutablePointer<Int>, _ rest: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) -> Int {
    unsafe isa.floatKernels.pointee.select(
      z, rows, columns, stride, rowMargin, columnMargin, threshold, negligible, exponent, shift,
      low, high, values, indices, capacity, ends, rest, weighted, above, notBelow)
  }

  @unsafe public static func _reselect(
    _ values: UnsafeMutablePointer<Float>, _ indices: UnsafeMutablePointer<Int32>,
    _ ends: UnsafeMutablePointer<Int>, _ rows: Int, _ rowMargin: UnsafePointer<Float>,
    _ columnMargin: UnsafePointer<Float>, _ threshold: UnsafePointer<Float>, _ negligible: Float,
    _ exponent: Float, _ shift: UnsafePointer<Float>, _ low: UnsafePointer<Float>?,
    _ high: UnsafePointer<Float>?, _ rest: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.reselect(
      values, indices, ends, rows, rowMargin, columnMargin, threshold, negligible, exponent,
      shift, low, high, rest, weighted, above, notBelow)
  }

  @unsafe public static func _gatheredDots(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafePointer<Float>, _ yStride: Int,
    _ columns: Int, _ indices: UnsafePointer<Int32>, _ ends: UnsafePointer<Int>, _ rows: Int,
    _ scale: Float, _ values: UnsafeMutablePointer<Float>, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.gatheredDots(
      x, xStride, y, yStride, columns, indices, ends, rows, scale, values)
  }

  @unsafe public static func _gatheredSum(
    _ values: UnsafeMutablePointer<Float>, _ ends: UnsafePointer<Int>, _ rows: Int,
    _ exponent: Float, _ shift: UnsafePointer<Float>, _ sum: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ low: UnsafePointer<Float>?,
    _ high: UnsafePointer<Float>?, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.gatheredSum(
      values, ends, rows, exponent, shift, sum, weighted, low, high, above, notBelow)
  }

  @unsafe public static func _estimateSum(
    _ x: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int, _ exponent: Float,
    _ least: Float, _ reference: UnsafeMutablePointer<Float>, _ sum: UnsafeMutablePointer<Double>,
    on isa: InstructionSet
  ) {
    unsafe isa.floatKernels.pointee.estimateSum(
      x, rows, columns, stride, exponent, least, reference, sum)
  }
}
