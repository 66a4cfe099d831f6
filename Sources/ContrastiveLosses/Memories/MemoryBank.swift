public import ContrastiveEmbeddings
import ContrastiveEngine
public import ContrastiveKernels

/// One unit row for every sample of a data set, a moving average of its embeddings: NPID's memory.
///
/// ```
/// v ← (m·v + (1 − m)·x̂) / ‖m·v + (1 − m)·x̂‖
/// ```
/// with momentum m for the embeddings x of the samples of a batch. Where ``KeyQueue`` drops what is
/// old, this keeps a row for each sample, as old as the sample's last turn.
///
/// ```swift
/// var bank = try MemoryBank<Float>(
///   rowCount: 50_000, dimension: 128, seed: 1)
/// let loss = NormFaceSoftmax(temperature: 0.07)
/// let step = try loss.valueWithGradient(
///   features: x, classWeights: bank.rows, labels: indices,
///   of: .features)
/// try bank.update(indices, with: x)
/// ```
/// is NPID's softmax over all samples: every sample is a class of its own, its row the class weight.
/// (lemniscate's code starts with rows whose length is 1 only on average; these have it from the
/// start, as the paper says.)
///
/// Rows may be stored in 16 bits, at half of `Float`'s memory: losses read them a tile at a time, in the scalars'
/// arithmetic. A row is rounded whenever it moves, by up to half a unit of 2⁻¹¹ in float16, 2⁻⁸ in bfloat16: with a
/// momentum near 1, whose steps are smaller than that, it stays where it is.
///
/// A value: a copy of the bank, or of its `rows`, that is still held at the next update costs a copy
/// of the memory then.
///
/// - Source: [Wu et al. 2018](https://arxiv.org/abs/1805.01978), §3; lemniscate.pytorch's
///   `LinearAverage`.
public struct MemoryBank<Scalar: EmbeddingScalar>: Sendable {
  /// m, how much of a row stays: from 0, nothing, up to 1.
  public let momentum: Double

  private var rowStorage: KeyStorage<Scalar>

  /// Creates a bank of random unit rows.
  ///
  /// - Parameters:
  ///   - rowCount: How many samples there are.
  ///   - dimension: That of the embeddings.
  ///   - momentum: m.
  ///   - seed: Of the rows.
  ///   - format: The 16 bits to store numbers in; `nil` for those
  ///     of `Scalar`.
  /// - Throws: `ContrastiveError` unless both sizes are positive, and 0 ≤ momentum < 1.
  public init(
    rowCount: Int, dimension: Int, momentum: Double = 0.5, seed: UInt64,
    storage format: SixteenBitFormat? = nil
  ) throws(ContrastiveError) {
    try Matrix<Scalar>.requireSizes(
      rowCount: rowCount, named: .rowCount, dimension: dimension)
    var generator = SeededGenerator(seed: seed)
    try self.init(
      .random(rowCount: rowCount, columnCount: dimension, using: &generator), momentum: momentum,
      storage: format)
  }

  /// Creates a bank of given rows.
  ///
  /// - Throws: `ContrastiveError` unless 0 ≤ momentum < 1.
  public init(
    _ rows: UnitRows<Scalar>, momentum: Double = 0.5, storage format: SixteenBitFormat? = nil
  ) throws(ContrastiveError) {
    guard momentum >= 0, momentum < 1 else {
      throw .init(.momentum, .number(found: momentum, expected: .from(0, upTo: 1)))
    }
    self.momentum = momentum
    rowStorage = KeyStorage(rows, format: format)
  }

  /// How many rows there are: one per sample.
  public var rowCount: Int { rowStorage.rowCount }

  /// The dimension of the rows.
  public var dimension: Int { rowStorage.columnCount }

  /// The 16 bits that numbers are stored in; `nil` for those of `Scalar`.
  public var storage: SixteenBitFormat? { rowStorage.format }

  /// The rows, without a copy.
  public var rows: UnitRows<Scalar> { rowStorage.unitRows(count: rowCount) }

  /// Copies of the rows of some samples, in the order of their indices.
  ///
  /// - Throws: `ContrastiveError` naming the first index that is no row's.
  public func rows(at indices: [Int]) throws(ContrastiveError) -> UnitRows<Scalar> {
    try requireRows(at: indices)
    return UnitRows(trusting: Matrix(rowStorage.copy(at: indices)))
  }

  /// Moves the rows of a batch's samples towards the batch's embeddings.
  ///
  /// An index that comes twice is updated twice, in order. Opposite directions at momentum ½ leave a
  /// row of zeros, without a direction, which the sample's next embedding replaces.
  ///
  /// - Parameters:
  ///   - indices: Which row is whose: one per embedding.
  ///   - embeddings: Any number of rows, which a `Matrix` has normalised.
  /// - Throws: `ContrastiveError` if an index is no row's, shapes do not fit, or a row is not finite;
  ///   the bank is unchanged then.
  public mutating func update<E: Embeddings>(
    _ indices: [Int], with embeddings: E
  ) throws(ContrastiveError) where E.Scalar == Scalar {
    let batch = try AnyEmbeddings(embeddings, named: .embeddings)
    try batch.requireLabels(indices, named: .indices)
    guard batch.columnCount == dimension else {
      throw .init(
        .embeddings,
        .count(.column, found: batch.columnCount, expected: .exactly(dimension, .as(.bank))))
    }
    try requireRows(at: indices)
    let scratch = Block<Scalar>(rowCount: 1, columnCount: dimension)
    for (row, index) in indices.enumerated() {
      let new = batch.unit(row..<row + 1, into: scratch)
      rowStorage.update(index) { [momentum] target in
        target.scaleRows(by: [momentum])
        target.add(new, times: [1 - momentum])
        target.setNormalized(target)
      }
    }
  }

  private func requireRows(at indices: [Int]) throws(ContrastiveError) {
    if let place = indices.firstIndex(where: { !(0..<rowCount).contains($0) }) {
      throw .init(
        .indices, row: place,
        .integer(found: indices[place], expected: .rows(of: .bank, count: rowCount)))
    }
  }
}
