import ContrastiveKernels
import RealModule

/// Sums over some of the candidates of a run of anchors: an element per anchor.
///
/// An anchor's sums may lie in several parts, over different candidates; `MergedSums` adds them up.
/// A class so that a thread can write the part that it owns while others write theirs.
final class AnchorSums<Scalar: EmbeddingScalar>: @unchecked Sendable {
  /// What the sums are relative to: the largest logit so far, −∞ before there is one; or one
  /// number for all anchors.
  private(set) var reference: [Scalar] = []

  /// Relative to exponent · reference; one per exponent.
  private(set) var sums: [ExponentialSums] = []

  /// How the negatives compare with the positive.
  private(set) var ranks: RankCounts<Scalar>?

  private var isUniform = false

  /// Forgets what was.
  func reset(
    count: Int, exponentCount: Int = 1, shift: Shift<Scalar>, ranks: RankCounts<Scalar>?
  ) {
    isUniform = shift.uniform != nil
    reference = Array(repeating: shift.uniform ?? -.infinity, count: count)
    sums = Array(repeating: ExponentialSums(rowCount: count), count: exponentCount)
    self.ranks = ranks
  }

  /// Adds a tile's logits, one row per anchor, as online softmax does.
  ///
  /// - Parameter storing: Whether to leave exp(z − reference) in the place of z.
  /// - Returns: As `raiseReference(to:from:exponents:)`.
  @discardableResult
  func add(
    _ logits: Block<Scalar>, exponents: [Double], storing: Bool, on isa: InstructionSet
  ) -> [Scalar]? {
    var none: RankCounts<Scalar>?
    let rescaling =
      isUniform ? nil : raiseReference(toRowsOf: logits, exponents: exponents, on: isa)
    for (t, exponent) in exponents.enumerated() {
      let shift = shift(exponent)
      // With running maxima the pass that looked for them has counted the ranks.
      if isUniform, t == 0 {
        logits.addExponentialSums(
          to: &sums[t], exponent: Scalar(exponent), shift: shift, storing: storing,
          counting: &ranks, on: isa)
      } else {
        logits.addExponentialSums(
          to: &sums[t], exponent: Scalar(exponent), shift: shift, storing: storing,
          counting: &none, on: isa)
      }
    }
    return rescaling
  }

  /// What a row's exponent · z is taken relative to.
  func shift(_ exponent: Double) -> [Scalar] {
    reference.map { $0.isFinite ? Scalar(exponent) * $0 : 0 }
  }

  /// Adds a screened tile's sums, which are relative to the present references.
  func add(_ tile: ScreenedSums<Scalar>) {
    // Whole properties at once: their elements, one by one, would be checked for exclusive access.
    sums[0].add(tile.sums)
    guard let counts = tile.ranks, var own = ranks else { return }
    ranks = nil
    for row in counts.above.indices {
      own.above[row] += counts.above[row]
      own.notBelow[row] += counts.notBelow[row]
    }
    ranks = own
  }

  /// Adds a tile's logits to the sums of its rows and to those of its columns.
  ///
  /// - Parameters:
  ///   - offset: The anchor in `columns` that the tile's first column is.
  ///   - storing: Whether to leave the rows' exp(z − reference) in the place of z.
  static func add(
    _ logits: Block<Scalar>, rows: AnchorSums, columns: AnchorSums, from offset: Int,
    storing: Bool, on isa: InstructionSet
  ) {
    guard !rows.isUniform else {
      logits.addMutualSums(
        rows: &rows.sums[0], columns: &columns.sums[0], from: offset, rowShift: rows.reference,
        columnShift: nil, storing: storing, rowRanks: &rows.ranks, columnRanks: &columns.ranks,
        on: isa)
      return
    }
    rows.raiseReference(toRowsOf: logits, exponents: [1], on: isa)
    var larger = Array(columns.reference[offset..<offset + logits.columnCount])
    logits.updateColumnMaximum(&larger, counting: &columns.ranks, from: offset, on: isa)
    columns.raiseReference(to: larger, from: offset, exponents: [1])
    var none: RankCounts<Scalar>?
    var noneOfColumns: RankCounts<Scalar>?
    logits.addMutualSums(
      rows: &rows.sums[0], columns: &columns.sums[0], from: offset,
      rowShift: rows.reference.map { $0.isFinite ? $0 : 0 },
      columnShift: larger.map { $0.isFinite ? $0 : 0 }, storing: storing, rowRanks: &none,
      columnRanks: &noneOfColumns, on: isa)
  }

  // A row of nothing but exceptions has no maximum; its terms vanish by any shift.

  @discardableResult
  private func raiseReference(
    toRowsOf logits: Block<Scalar>, exponents: [Double], on isa: InstructionSet
  ) -> [Scalar]? {
    var larger = reference
    logits.updateMaximum(&larger, counting: &ranks, on: isa)
    return raiseReference(to: larger, from: 0, exponents: exponents)
  }

  /// Takes larger maxima, and brings the sums to them.
  ///
  /// - Returns: The factor by which anything else that was added up relative to the old maxima has
  ///   to be multiplied; `nil` if that is 1 for every anchor.
  @discardableResult
  func raiseReference(
    to larger: [Scalar], from offset: Int = 0, exponents: [Double]
  ) -> [Scalar]? {
    var factors: [Scalar]?
    for index in larger.indices where larger[index] > reference[offset + index] {
      let anchor = offset + index
      for (t, exponent) in exponents.enumerated() where sums[t].sum[anchor] > 0 {
        // Between the kernels' own shifts, products rounded to the scalar.
        let step =
          Double(Scalar(exponent) * reference[anchor]) - Double(Scalar(exponent) * larger[index])
        let factor = Double.exp(step)
        let sum = sums[t].sum[anchor]
        sums[t].sum[anchor] = factor * sum
        sums[t].weighted[anchor] = factor * (sums[t].weighted[anchor] + step * sum)
        if factors == nil { factors = Array(repeating: 1, count: larger.count) }
        factors?[index] = Scalar(factor)
      }
      reference[anchor] = larger[index]
    }
    return factors
  }
}

/// What exponentials are taken relative to, so that none overflows and none that matters vanishes.
struct Shift<Scalar: EmbeddingScalar>: Sendable {
  /// One number for all anchors; `nil` for the running maximum of each.
  let uniform: Scalar?

  /// The running maxima.
  init() { uniform = nil }

  /// Half of the largest logit if every exponential is then well inside the scalar's range, and so
  /// is its product with an element of a unit row: exp(−1.5·40) is 9e-27 in Float. No maximum is
  /// looked for then, and rows and columns can share their exponentials.
  ///
  /// A weight of 1e12 or 1e-24, divided by such a sum, might leave the range after all.
  init(scale: Double, exponents: [Double], weights: TermWeights, options: ComputeOptions) {
    let sharpest = scale * (exponents.max() ?? 1)
    let takesMaxima =
      options.alwaysTakesMaxima || !weights.areModerate || options.strategy == .sparse
    let limit = Scalar.self == Float.self ? 40.0 : 400
    uniform = sharpest <= limit && !takesMaxima ? Scalar(scale / 2) : nil
  }
}

/// Anchors' sums in a part that begins with anchor `first`.
struct AnchorPart<Scalar: EmbeddingScalar>: Sendable {
  let sums: AnchorSums<Scalar>
  let first: Int
}
