public import RealModule

/// A number that embeddings can be made of: `Float` or `Double`.
///
/// `Float` is for training, `Double` for analysis and gradient checks. Both run the same engine;
/// the requirements are its whole-tile kernels, so that no hot loop is ever generic. They are not
/// for use outside this package, and no other type can sensibly conform.
public protocol EmbeddingScalar: BinaryFloatingPoint, BitwiseCopyable, Real, Sendable {
  /// c = scale · op(a) · op(b) + (accumulating ? c : 0), by BLAS; shapes as in `cblas_sgemm`.
  @unsafe static func _multiply(
    _ a: UnsafePointer<Self>, transposed: Bool, stride aStride: Int,
    _ b: UnsafePointer<Self>, transposed bTransposed: Bool, stride bStride: Int,
    rows: Int, columns: Int, depth: Int,
    scale: Self, into c: UnsafeMutablePointer<Self>, stride cStride: Int, accumulating: Bool)

  /// `exponential` of `CContrastiveKernels.h`.
  @unsafe static func _exponential(
    _ x: UnsafePointer<Self>, _ count: Int, _ y: UnsafeMutablePointer<Self>,
    on isa: InstructionSet)

  /// `maximum` of `CContrastiveKernels.h`.
  @unsafe static func _maximum(
    _ x: UnsafePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ maximum: UnsafeMutablePointer<Self>, _ low: UnsafePointer<Self>?,
    _ high: UnsafePointer<Self>?, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet)

  /// `exponentialSum` of `CContrastiveKernels.h`.
  @unsafe static func _exponentialSum(
    _ x: UnsafeMutablePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ exponent: Self, _ shift: UnsafePointer<Self>, _ sum: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ store: Bool, _ low: UnsafePointer<Self>?,
    _ high: UnsafePointer<Self>?,
    _ above: UnsafeMutablePointer<Int64>?, _ notBelow: UnsafeMutablePointer<Int64>?,
    on isa: InstructionSet)

  /// `weights` of `CContrastiveKernels.h`.
  @unsafe static func _weights(
    _ x: UnsafeMutablePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ exponent: Self, _ shift: UnsafePointer<Self>, _ factor: UnsafePointer<Self>,
    _ secondExponent: Self, _ secondShift: UnsafePointer<Self>?,
    _ secondFactor: UnsafePointer<Self>?, on isa: InstructionSet)

  /// `mutualSums` of `CContrastiveKernels.h`.
  @unsafe static func _mutualSums(
    _ x: UnsafeMutablePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ rowShift: UnsafePointer<Self>, _ columnShift: UnsafePointer<Self>?,
    _ rowSum: UnsafeMutablePointer<Double>, _ rowWeighted: UnsafeMutablePointer<Double>,
    _ columnSum: UnsafeMutablePointer<Double>, _ columnWeighted: UnsafeMutablePointer<Double>,
    _ store: Bool, _ rowLow: UnsafePointer<Self>?, _ rowHigh: UnsafePointer<Self>?,
    _ rowAbove: UnsafeMutablePointer<Int64>?, _ rowNotBelow: UnsafeMutablePointer<Int64>?,
    _ columnLow: UnsafePointer<Self>?, _ columnHigh: UnsafePointer<Self>?,
    _ columnAbove: UnsafeMutablePointer<Int64>?,
    _ columnNotBelow: UnsafeMutablePointer<Int64>?,
    on isa: InstructionSet)

  /// `mutualWeights` of `CContrastiveKernels.h`.
  @unsafe static func _mutualWeights(
    _ x: UnsafeMutablePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ rowShift: UnsafePointer<Self>?, _ rowFactor: UnsafePointer<Self>,
    _ columnShift: UnsafePointer<Self>?, _ columnFactor: UnsafePointer<Self>,
    on isa: InstructionSet)

  /// `columnMaximum` of `CContrastiveKernels.h`.
  @unsafe static func _columnMaximum(
    _ x: UnsafePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ maximum: UnsafeMutablePointer<Self>, _ low: UnsafePointer<Self>?,
    _ high: UnsafePointer<Self>?, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet)

  /// `gather` of `CContrastiveKernels.h`.
  @unsafe static func _gather(
    _ x: UnsafePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ threshold: UnsafePointer<Self>, _ values: UnsafeMutablePointer<Self>,
    _ indices: UnsafeMutablePointer<Int32>, _ capacity: Int, _ ends: UnsafeMutablePointer<Int>,
    _ sums: UnsafeMutablePointer<Double>, on isa: InstructionSet
  ) -> Int

  /// `prune` of `CContrastiveKernels.h`.
  @unsafe static func _prune(
    _ values: UnsafeMutablePointer<Self>, _ indices: UnsafeMutablePointer<Int32>,
    _ ends: UnsafeMutablePointer<Int>, _ rows: Int, _ threshold: UnsafePointer<Self>,
    _ sums: UnsafeMutablePointer<Double>, on isa: InstructionSet)

  /// `sumBelow` of `CContrastiveKernels.h`.
  @unsafe static func _sumBelow(
    _ values: UnsafePointer<Self>, _ ends: UnsafePointer<Int>, _ rows: Int,
    _ threshold: UnsafePointer<Self>, _ sums: UnsafeMutablePointer<Double>,
    on isa: InstructionSet)

  /// `transposeGathered` of `CContrastiveKernels.h`.
  @unsafe static func _transposeGathered(
    _ values: UnsafePointer<Self>, _ indices: UnsafePointer<Int32>, _ ends: UnsafePointer<Int>,
    _ rows: Int, _ factor: UnsafePointer<Self>, _ transposed: UnsafeMutablePointer<Self>,
    _ rowOf: UnsafeMutablePointer<Int32>, _ columnEnds: UnsafeMutablePointer<Int>,
    _ columns: Int, on isa: InstructionSet)

  /// `addGathered` of `CContrastiveKernels.h`.
  @unsafe static func _addGathered(
    _ values: UnsafePointer<Self>, _ indices: UnsafePointer<Int32>, _ ends: UnsafePointer<Int>,
    _ rows: Int, _ factor: UnsafePointer<Self>?, _ columns: Int, _ source: UnsafePointer<Self>,
    _ sourceStride: Int, _ sums: UnsafeMutablePointer<Self>, _ stride: Int,
    on isa: InstructionSet)

  /// `scaleRows` of `CContrastiveKernels.h`.
  @unsafe static func _scaleRows(
    _ x: UnsafeMutablePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ factor: UnsafePointer<Self>, on isa: InstructionSet)

  /// `addRows` of `CContrastiveKernels.h`.
  @unsafe static func _addRows(
    _ x: UnsafePointer<Self>, _ xStride: Int, _ factor: UnsafePointer<Self>?, _ rows: Int,
    _ columns: Int, _ y: UnsafeMutablePointer<Self>, _ yStride: Int, on isa: InstructionSet)

  /// `dots` of `CContrastiveKernels.h`.
  @unsafe static func _dots(
    _ x: UnsafePointer<Self>, _ xStride: Int, _ y: UnsafePointer<Self>, _ yStride: Int,
    _ rows: Int, _ columns: Int, _ dots: UnsafeMutablePointer<Double>, on isa: InstructionSet)

  /// `squaredDistances` of `CContrastiveKernels.h`.
  @unsafe static func _squaredDistances(
    _ x: UnsafePointer<Self>, _ xStride: Int, _ y: UnsafePointer<Self>, _ yStride: Int,
    _ rows: Int, _ columns: Int, _ distances: UnsafeMutablePointer<Double>,
    on isa: InstructionSet)

  /// `columnSums` of `CContrastiveKernels.h`.
  @unsafe static func _columnSums(
    _ x: UnsafePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ sums: UnsafeMutablePointer<Double>, on isa: InstructionSet)

  /// `normalize` of `CContrastiveKernels.h`.
  @unsafe static func _normalize(
    _ x: UnsafePointer<Self>, _ xStride: Int, _ rows: Int, _ columns: Int,
    _ y: UnsafeMutablePointer<Self>, _ yStride: Int, on isa: InstructionSet)

  /// `normalizePullback` of `CContrastiveKernels.h`.
  @unsafe static func _normalizePullback(
    _ x: UnsafePointer<Self>, _ xStride: Int, _ rows: Int, _ columns: Int,
    _ g: UnsafeMutablePointer<Self>, _ gStride: Int, on isa: InstructionSet)

  /// `firstNotFiniteRow` of `CContrastiveKernels.h`.
  @unsafe static func _firstNotFiniteRow(
    _ x: UnsafePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    on isa: InstructionSet
  ) -> Int

  /// `softplusSum` of `CContrastiveKernels.h`.
  @unsafe static func _softplusSum(
    _ x: UnsafeMutablePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ bias: UnsafePointer<Self>, _ factor: UnsafePointer<Self>?,
    _ sum: UnsafeMutablePointer<Double>, _ slope: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, on isa: InstructionSet)

  /// `hingeSum` of `CContrastiveKernels.h`.
  @unsafe static func _hingeSum(
    _ x: UnsafeMutablePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ bias: UnsafePointer<Self>, _ factor: UnsafePointer<Self>?,
    _ sum: UnsafeMutablePointer<Double>, _ slope: UnsafeMutablePointer<Double>,
    on isa: InstructionSet)

  /// `adam` of `CContrastiveKernels.h`.
  @unsafe static func _adam(
    _ g: UnsafePointer<Self>, _ gStride: Int, _ m: UnsafeMutablePointer<Self>, _ mStride: Int,
    _ v: UnsafeMutablePointer<Self>, _ vStride: Int, _ rows: Int, _ columns: Int,
    _ y: UnsafeMutablePointer<Self>, _ yStride: Int, _ constants: UnsafePointer<Self>,
    on isa: InstructionSet)

  /// `screens` of `CContrastiveKernels.h`.
  static func _screens(on isa: InstructionSet) -> Bool

  /// `encode` of `CContrastiveKernels.h`.
  @unsafe static func _encode(
    _ x: UnsafePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int, _ interleaved: Bool,
    _ codes: UnsafeMutablePointer<UInt8>, _ steps: UnsafeMutablePointer<Self>,
    _ errors: UnsafeMutablePointer<Self>,
    _ codeSums: UnsafeMutablePointer<Int32>, on isa: InstructionSet)

  /// `codeProducts` of `CContrastiveKernels.h`.
  @unsafe static func _codeProducts(
    _ queries: UnsafePointer<UInt8>, _ querySteps: UnsafePointer<Self>,
    _ codeSums: UnsafePointer<Int32>, _ rows: Int, _ keys: UnsafePointer<UInt8>,
    _ keySteps: UnsafePointer<Self>, _ columns: Int, _ depth: Int, _ scale: Self,
    _ z: UnsafeMutablePointer<Self>, _ stride: Int, on isa: InstructionSet)

  /// `select` of `CContrastiveKernels.h`.
  @unsafe static func _select(
    _ z: UnsafePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int,
    _ rowMargin: UnsafePointer<Self>, _ columnMargin: UnsafePointer<Self>,
    _ threshold: UnsafePointer<Self>, _ negligible: Self, _ exponent: Self,
    _ shift: UnsafePointer<Self>, _ low: UnsafePointer<Self>?, _ high: UnsafePointer<Self>?,
    _ values: UnsafeMutablePointer<Self>, _ indices: UnsafeMutablePointer<Int32>,
    _ capacity: Int, _ ends: UnsafeMutablePointer<Int>, _ rest: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet
  ) -> Int

  /// `reselect` of `CContrastiveKernels.h`.
  @unsafe static func _reselect(
    _ values: UnsafeMutablePointer<Self>, _ indices: UnsafeMutablePointer<Int32>,
    _ ends: UnsafeMutablePointer<Int>, _ rows: Int, _ rowMargin: UnsafePointer<Self>,
    _ columnMargin: UnsafePointer<Self>, _ threshold: UnsafePointer<Self>, _ negligible: Self,
    _ exponent: Self, _ shift: UnsafePointer<Self>, _ low: UnsafePointer<Self>?,
    _ high: UnsafePointer<Self>?, _ rest: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet)

  /// `gatheredDots` of `CContrastiveKernels.h`.
  @unsafe static func _gatheredDots(
    _ x: UnsafePointer<Self>, _ xStride: Int, _ y: UnsafePointer<Self>, _ yStride: Int,
    _ columns: Int, _ indices: UnsafePointer<Int32>, _ ends: UnsafePointer<Int>, _ rows: Int,
    _ scale: Self, _ values: UnsafeMutablePointer<Self>, on isa: InstructionSet)

  /// `gatheredSum` of `CContrastiveKernels.h`.
  @unsafe static func _gatheredSum(
    _ values: UnsafeMutablePointer<Self>, _ ends: UnsafePointer<Int>, _ rows: Int,
    _ exponent: Self, _ shift: UnsafePointer<Self>, _ sum: UnsafeMutablePointer<Double>,
    _ weighted: UnsafeMutablePointer<Double>, _ low: UnsafePointer<Self>?,
    _ high: UnsafePointer<Self>?, _ above: UnsafeMutablePointer<Int64>?,
    _ notBelow: UnsafeMutablePointer<Int64>?, on isa: InstructionSet)

  /// `estimateSum` of `CContrastiveKernels.h`.
  @unsafe static func _estimateSum(
    _ x: UnsafePointer<Self>, _ rows: Int, _ columns: Int, _ stride: Int, _ exponent: Self,
    _ least: Self, _ reference: UnsafeMutablePointer<Self>, _ sum: UnsafeMutablePointer<Double>,
    on isa: InstructionSet)
}
