import ContrastiveKernels
import RealModule

/// Neighbouring columns of a key array, and what one row block has to do with them.
///
/// The unit of work that threads share: at any time one thread holds a panel, and panels share
/// nothing that they write.
final class Panel<Scalar: EmbeddingScalar>: @unchecked Sendable {
  /// Which key array.
  let array: Int

  /// Its tiles' columns, within that array.
  let tiles: [Range<Int>]

  /// The first column's place among the columns of all arrays.
  let start: Int

  // Of the present row block, an element per row:

  /// The largest logit so far; −∞ before there is one.
  var maximum: [Scalar] = []

  /// Sums over the logits so far, relative to exponent · maximum; one per exponent.
  var sums: [ExponentialSums] = []

  /// How the negatives compare with the positive.
  var ranks: RankCounts<Scalar>?

  /// The logits of positives found among the columns.
  var positives: [[Double]] = []

  /// How many positives the row has in panels before this one.
  var positiveOffsets: [Int] = []

  /// This panel's part of the queries' gradient.
  var queryGradient: Block<Scalar>?

  // Of all row blocks so far:

  /// The sum of the logits of columns that are no negatives.
  var exceptionSum = 0.0

  /// The sum of the unit keys.
  var keySum: [Double] = []

  init(array: Int, tiles: [Range<Int>], start: Int) {
    self.array = array
    self.tiles = tiles
    self.start = start
  }

  var columns: Range<Int> {
    (tiles.first?.lowerBound ?? 0)..<(tiles.last?.upperBound ?? 0)
  }

  /// Forgets the row block before.
  func reset(rowCount: Int, exponentCount: Int, ranks: RankCounts<Scalar>?) {
    maximum = Array(repeating: -.infinity, count: rowCount)
    sums = Array(repeating: ExponentialSums(rowCount: rowCount), count: exponentCount)
    positives = Array(repeating: [], count: rowCount)
    positiveOffsets = Array(repeating: 0, count: rowCount)
    self.ranks = ranks
  }

  /// Adds a tile's logits, without exceptions, to the sums, as online softmax does.
  ///
  /// - Parameter storing: Whether to leave exp(z − maximum) in the place of z.
  /// - Returns: As `raiseMaximum(to:exponents:)`.
  @discardableResult
  func addLogits(
    _ logits: Block<Scalar>, exponents: [Double], storing: Bool, on isa: InstructionSet
  ) -> [Scalar]? {
    var larger = maximum
    logits.updateMaximum(&larger, counting: &ranks, on: isa)
    let rescaling = raiseMaximum(to: larger, exponents: exponents)
    for (t, exponent) in exponents.enumerated() {
      // A row of nothing but exceptions has no maximum; its terms vanish by any shift.
      let shift = larger.map { $0.isFinite ? Scalar(exponent) * $0 : 0 }
      logits.addExponentialSums(
        to: &sums[t], exponent: Scalar(exponent), shift: shift, storing: storing, on: isa)
    }
    return rescaling
  }

  /// Takes larger maxima, and brings the sums to them.
  ///
  /// - Returns: The factor by which anything else that was added up relative to the old maxima has
  ///   to be multiplied; `nil` if that is 1 in every row.
  private func raiseMaximum(to larger: [Scalar], exponents: [Double]) -> [Scalar]? {
    var factors: [Scalar]?
    for row in larger.indices where larger[row] > maximum[row] {
      for (t, exponent) in exponents.enumerated() where sums[t].sum[row] > 0 {
        // Between the kernels' own shifts, products rounded to the scalar.
        let step =
          Double(Scalar(exponent) * maximum[row]) - Double(Scalar(exponent) * larger[row])
        let factor = Double.exp(step)
        let sum = sums[t].sum[row]
        sums[t].sum[row] = factor * sum
        sums[t].weighted[row] = factor * (sums[t].weighted[row] + step * sum)
        if factors == nil { factors = Array(repeating: 1, count: larger.count) }
        factors?[row] = Scalar(factor)
      }
      maximum[row] = larger[row]
    }
    return factors
  }
}

extension RankCounts {
  /// Counts against the positives' logits, within a margin of which a negative is tied.
  init(around logits: [Double], margin: Double) {
    self.init(
      low: logits.map { Scalar($0 - margin) }, high: logits.map { Scalar($0 + margin) })
  }

  /// Counts against the positives' logits scale · cos, of rows of some dimension.
  ///
  /// Two cosines that are equal may differ by their roundings: a positive's is summed in lanes, a
  /// negative's by GEMM, in an order that is the BLAS kernel's affair. Two orders of d additions
  /// differ by a random walk, so √d units of 1's last place count as a tie. (In a collapsed model
  /// all rows err the same way: too narrow an interval would give it a perfect score.)
  init(around logits: [Double], scale: Double, dimension: Int) {
    let units = max(4, Double(dimension).squareRoot())
    self.init(around: logits, margin: units * Double(Scalar.ulpOfOne) * scale)
  }
}

/// What a thread needs for a tile.
final class TileScratch<Scalar: EmbeddingScalar>: @unchecked Sendable {
  let logits: Block<Scalar>
  let keys: Block<Scalar>

  init(rows: Int, columns: Int, dimension: Int) {
    logits = Block(rowCount: rows, columnCount: columns, padded: true)
    keys = Block(rowCount: columns, columnCount: dimension)
  }
}
