import Contrastive
import ContrastiveKernels
import Foundation

/// What the rows of one side are like by themselves.
struct SideAudit: Sendable {
  let rowCount: Int

  /// Rows of zeros, which have no direction, and rows of one number throughout.
  let zeroRows: [Int]
  let constantRows: [Int]

  /// The first row that is equal to each row: itself, but for copies.
  let originals: [Int]

  /// The least, the middle and the greatest length.
  let norms: (least: Double, median: Double, greatest: Double)

  /// The mean cosine of two different rows: 0 of rows that point everywhere alike, 1 of rows that all point one way.
  let meanCosine: Double

  /// The variance of the unit rows: 1 − ‖mean‖² where all have a direction.
  let spread: Double

  /// In how many dimensions unit rows vary, of d: (Σλ)²/Σλ² of the eigenvalues of their covariance; 0 without any.
  let effectiveRank: Double

  /// The mean over the dimensions of a unit row's standard deviation: 0 of rows that point one way, and at most 1/√d,
  /// that of rows that point everywhere alike.
  let deviation: Double

  /// Rows that are equal to an earlier one, and the first such, rows of zeros apart. Where there are ids, once for each id
  /// but the first: equal rows of one id are no copies.
  let copies: [(row: Int, original: Int)]

  /// Whether rows have ids.
  let hasIDs: Bool

  /// Equal for sides whose rows are equal one by one, and for others with a chance of about 2⁻⁶⁴.
  let fingerprint: UInt64

  var copyCount: Int { copies.count }

  /// Whether all rows point one way, to what 16-bit numbers tell apart: 1e-6 is two of their roundings squared.
  var isCollapsed: Bool { spread < 1e-6 }

  /// Whether rows lie in a narrow cone, in which a large cosine tells nothing of nearness.
  var isNarrowCone: Bool { !isCollapsed && meanCosine > 0.5 }

  /// Audits rows.
  ///
  /// - Parameters:
  ///   - source: Rows of finite numbers.
  ///   - ids: Of each row, if some belong together.
  /// - Complexity: O(n·d²) by GEMM; memory for the d × d covariance and for a thousand rows.
  init(_ source: RowSource<Float>, ids: [Int]? = nil) throws(ContrastiveError) {
    let (count, dimension) = (source.rowCount, source.columnCount)
    rowCount = count
    var (zero, constant, originals): ([Int], [Int], [Int]) = ([], [], [])
    var copies: [(row: Int, original: Int)] = []
    var firsts: [UInt64: Int] = [:]
    var known: Set<IdentifiedRow> = []
    var norms: [Double] = []
    var fingerprint = UInt64(count)
    var sums = [Double](repeating: 0, count: dimension)
    // Of rows less the first: where all point one way these are 0, and not what rounding leaves of 1 less 1.
    var (origin, shiftedSums) = ([Float](), sums)
    var squares = [Double](repeating: 0, count: dimension * dimension)
    try source.forEachChunk { (start, rows) throws(ContrastiveError) in
      if let row = rows.firstNotFiniteRow() {
        throw ContrastiveError(.rows, row: start + row, .notFinite)
      }
      for r in 0..<rows.rowCount {
        let row = RowSummary(rows.row(r))
        norms.append(row.length)
        fingerprint = fingerprint &* 0x9E37_79B9_7F4A_7C15 &+ row.hash
        if row.isConstant {
          // A row of one dimension is one number, whatever it is of.
          if row.first == 0 {
            zero.append(start + r)
          } else if dimension > 1 {
            constant.append(start + r)
          }
        }
        let index = start + r
        let first = firsts[row.hash] ?? index
        if first == index { firsts[row.hash] = index }
        originals.append(first)
        // Once for each further id, in whatever order the rows come.
        let isNew = ids.map { known.insert(IdentifiedRow(hash: row.hash, id: $0[index])).inserted }
        if first != index, isNew ?? true, !(row.isConstant && row.first == 0) {
          copies.append((index, first))
        }
      }
      var unit = try Matrix(rows).normalized().matrix
      for (column, sum) in unit.columnSums.enumerated() { sums[column] += sum }
      if origin.isEmpty, unit.rowCount > 0 { origin = (0..<dimension).map { unit[0, $0] } }
      for r in 0..<unit.rowCount {
        for column in 0..<dimension { unit[r, column] -= origin[column] }
      }
      for (column, sum) in unit.columnSums.enumerated() { shiftedSums[column] += sum }
      let columns = unit.transposed
      for (place, product) in try Similarity.dot.matrix(columns, columns).elements.enumerated() {
        squares[place] += Double(product)
      }
    }
    (zeroRows, constantRows, self.originals) = (zero, constant, originals)
    (self.copies, hasIDs, self.fingerprint) = (copies, ids != nil, fingerprint)
    let sorted = norms.sorted()
    self.norms = (sorted.first ?? 0, sorted.isEmpty ? 0 : sorted[count / 2], sorted.last ?? 0)
    let total = sums.reduce(0) { $0 + $1 * $1 }
    let lengths = Double(count - zero.count)
    meanCosine =
      count > 1 ? (total - lengths) / (Double(count) * Double(count - 1)) : 0
    let n = Double(max(1, count))
    var (trace, square, deviations) = (0.0, 0.0, 0.0)
    for i in 0..<dimension {
      for j in 0..<dimension {
        let covariance = squares[i * dimension + j] / n - shiftedSums[i] / n * (shiftedSums[j] / n)
        square += covariance * covariance
        if i == j {
          trace += covariance
          deviations += max(0, covariance).squareRoot()
        }
      }
    }
    deviation = deviations / Double(max(1, dimension))
    spread = max(0, trace)
    effectiveRank = square > 0 && trace > 0 ? trace * trace / square : 0
  }
}

/// A kind of equal rows with one of the ids that they have.
private struct IdentifiedRow: Hashable {
  let hash: UInt64
  let id: Int
}

/// What one look at a row's numbers tells.
private struct RowSummary {
  let first: Float
  let isConstant: Bool

  /// Equal for equal rows, and for others with a chance of 2⁻⁶⁴.
  let hash: UInt64

  /// Squares of Float are 0 or infinite from about 1e-23 and 1e19 on, those of Double for no Float.
  let length: Double

  init(_ row: Span<Float>) {
    first = row.isEmpty ? 0 : row[0]
    var (constant, hash) = (true, UInt64(0xCBF2_9CE4_8422_2325))
    var squares = 0.0
    for index in row.indices {
      if row[index] != first { constant = false }
      squares += Double(row[index]) * Double(row[index])
      // −0 is 0. The rotation brings the upper bits of products down, where multiplication leaves them.
      let bits = UInt64((row[index] + 0).bitPattern)
      hash = (hash ^ bits) &* 0x9E37_79B9_7F4A_7C15
      hash = hash << 29 | hash >> 35
    }
    (isConstant, self.hash, length) = (constant, hash, squares.squareRoot())
  }
}
