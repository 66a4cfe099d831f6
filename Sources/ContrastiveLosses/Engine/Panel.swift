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

  // Of the present row block:

  let sums = AnchorSums<Scalar>()

  /// Of every tile, what its exponentials, kept in the place of its logits, are relative to; empty
  /// if that is one number.
  var tileReferences: [[Scalar]] = []

  /// The exponentials that matter: of all tiles, or in one pass of the present one.
  var sparse: SparseWeights<Scalar>?

  /// Per row, the sum of the exponentials that matter, relative to the row's final shift.
  var significantSums: [Double] = []

  /// Per row, the sum of those that are below the rounding of the complete sum, relative to the
  /// row's final shift.
  var insignificantSums: [Double] = []

  /// Per row, no less than the sum of the exponentials that were left out in one pass, or were
  /// taken from approximate logits; relative to the present references.
  var dropped: [Double] = []

  /// Per row, the sum of those that were taken from approximate logits, likewise.
  var approximate: [Double] = []

  /// What approximations of all its logits tell of the rows' sums.
  var estimates = SumEstimates<Scalar>(rowCount: 0)

  /// Whether all tiles so far were screened with success.
  var isScreened = true

  /// In one pass: when to screen again after a tile for which it did not pay.
  var backOff = BackOff()

  /// The sum of the logits of columns that are no negatives.
  var blockExceptionSum = 0.0

  /// In one pass: how many weights the gradient took up, of how many pairs.
  var weightCounts = (0, of: 0)

  /// This panel's part of the gradient by what its keys are compared with.
  var anchorGradient: Block<Scalar>?

  // Of all row blocks so far:

  /// By tile, its keys in 8 bits, once there are any, if they may be kept. In one pass not all tiles
  /// have some.
  var codes: [Int: Codes<Scalar>] = [:]

  /// The norms of the errors of all keys' codes, of those that have been encoded.
  var keyErrors: [Scalar] = []

  /// The largest norm of these keys.
  var keyNorm: Scalar = 0

  /// Of all row blocks before the present one.
  var exceptionSum = 0.0

  /// The sum of the unit keys.
  var keySum: [Double] = []

  /// Changes both sums of what was dropped. (Element by element, every access to a class's property would
  /// be checked.)
  func updateDropped(_ body: (_ bounds: inout [Double], _ sums: inout [Double]) -> Void) {
    body(&dropped, &approximate)
  }

  init(array: Int, tiles: [Range<Int>], start: Int) {
    self.array = array
    self.tiles = tiles
    self.start = start
  }

  var columns: Range<Int> {
    (tiles.first?.lowerBound ?? 0)..<(tiles.last?.upperBound ?? 0)
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
  /// negative's by GEMM, in an order that is the BLAS kernel's affair. (In a collapsed model all
  /// rows err the same way: too narrow an interval would give it a perfect score.)
  package init(around logits: [Double], scale: Double, dimension: Int) {
    self.init(around: logits, margin: Scalar.dotRounding(dimension: dimension) * scale)
  }
}

extension EmbeddingScalar {
  /// By how much two inner products of unit rows may differ that would be equal without rounding.
  ///
  /// Two orders of d additions differ by a random walk: √d units of 1's last place, and 4 at least.
  static func dotRounding(dimension: Int) -> Double {
    max(4, Double(dimension).squareRoot()) * Double(ulpOfOne)
  }
}

/// What a thread needs for a tile.
final class TileScratch<Scalar: EmbeddingScalar>: @unchecked Sendable {
  let logits: Block<Scalar>
  let keys: Block<Scalar>

  /// The keys in 8 bits, where tiles are screened.
  let keyCodes: Codes<Scalar>?

  init(rows: Int, columns: Int, dimension: Int, screens: Bool = false, options: ComputeOptions) {
    keyCodes =
      screens
      ? Codes(.keys, rowCount: columns, dimension: dimension, from: options.workspace) : nil
    logits = options.block(rowCount: rows, columnCount: columns, padded: true)
    keys = options.block(rowCount: columns, columnCount: dimension)
  }
}
