package import ContrastiveBounds
package import ContrastiveEmbeddings
import ContrastiveEngine
import RealModule

/// How many rows and how many columns every id has, by which the losses of several positives have floors.
///
/// Of balanced ids, G with as many rows each and b columns each, Jensen's inequality inside the logarithm, over the
/// positives and over the rows leaves the mean of δ, a row's mean cosine with its negatives less that with its
/// positives. With the mean row u and column v of every id, of length 1 at most,
/// ```
/// mean δ = −1/(G−1) Σ (u − ū)·(v − v̄)  ≥  −G/(G−1)
/// ```
/// by Cauchy and Schwarz: both sides' ids at the corners of one regular simplex attain it. The log of a sum of the
/// positives' exponentials is not convex the right way, and where ids are not balanced the rows' δ weigh differently:
/// then only δ ≥ −2 is known, which one or two ids attain.
package struct GroupFloor {
  private let sizes: [(rows: Int, columns: Int)]

  package init(rows: [Int], columns: [Int]) {
    var sizes: [Int: (rows: Int, columns: Int)] = [:]
    for id in rows { sizes[id, default: (0, 0)].rows += 1 }
    for id in columns { sizes[id, default: (0, 0)].columns += 1 }
    // In an order of their own: sums of one batch are to have the same bits again, and on every rank.
    self.sizes = sizes.values.sorted { $0 < $1 }
  }

  private init(sizes: [(rows: Int, columns: Int)]) { self.sizes = sizes }

  /// The columns as rows.
  private var transposed: GroupFloor {
    GroupFloor(sizes: sizes.map { (rows: $0.columns, columns: $0.rows) })
  }

  /// The ids of rows that have a positive.
  private var pairs: [(rows: Int, columns: Int)] { sizes.filter { $0.rows > 0 && $0.columns > 0 } }

  /// Columns whose id no row has.
  private var hasOtherColumns: Bool { sizes.contains { $0.rows == 0 } }

  /// Whether the simplex is the floor's.
  private func isBalanced(_ form: PositiveForm) -> Bool {
    let first = pairs[0]
    return form != .sumInside && !hasOtherColumns && pairs.allSatisfy { $0 == first }
  }

  /// The greatest lower bound proved for the mean of the rows' terms; `nil` without terms, or where rows have
  /// temperatures of their own.
  package func oneWay(
    _ form: PositiveForm, temperature: Temperature, dimension: Int
  ) throws(ContrastiveError) -> LossBound? {
    guard !pairs.isEmpty, !temperature.isIndividual else { return nil }
    let value = try value(form, temperature: temperature)
    if pairs.count > 2, isBalanced(form) {
      return LossBound(value: value, isAttainable: dimension >= pairs.count - 1)
    }
    return LossBound(
      value: value, isAttainable: pairs.count == 1 || pairs.count == 2 && !hasOtherColumns)
  }

  /// That of half the means of both directions, which the same arrangement serves.
  package func bothWays(
    _ form: PositiveForm, temperature: Temperature, dimension: Int
  ) throws(ContrastiveError) -> LossBound? {
    let other = transposed
    guard let rows = try oneWay(form, temperature: temperature, dimension: dimension),
      let columns = try other.oneWay(form, temperature: temperature, dimension: dimension)
    else { return nil }
    return LossBound(
      value: (rows.value + columns.value) / 2,
      isAttainable: rows.isAttainable && columns.isAttainable)
  }

  private func value(
    _ form: PositiveForm, temperature: Temperature
  ) throws(ContrastiveError) -> Double {
    let columnCount = sizes.reduce(0) { $0 + $1.columns }
    if isBalanced(form) {
      // The G − 1 exponentials of a batch of one pair an id.
      let mass = Double.expMinusOne(
        try CandidateSet.inBatch(size: pairs.count).floor(temperature: temperature).value)
      return Self.term(form, positives: pairs[0].columns, mass: Double(pairs[0].columns) * mass)
    }
    let (sum, count) = pairs.reduce((0.0, 0)) { total, size in
      let mass = Double(columnCount - size.columns) * .exp(-2 * temperature.scale)
      let term = Self.term(form, positives: size.columns, mass: mass)
      return (total.0 + Double(size.rows) * term, total.1 + size.rows)
    }
    return sum / Double(count)
  }

  /// - Parameter mass: Σ exp(z − zₚ) over the negatives, with all positives alike.
  private static func term(_ form: PositiveForm, positives: Int, mass: Double) -> Double {
    let count = Double(positives)
    return switch form {
    case .meanOutside: .log(count) + .log(onePlus: mass / count)
    case .eachAgainstNegatives: .log(onePlus: mass)
    case .sumInside: .log(onePlus: mass / count)
    }
  }
}

extension PairPositives {
  /// The ids, where positives are told by them.
  var groupFloor: GroupFloor? {
    guard case .equalIDs(let queries, let keys) = rule else { return nil }
    return GroupFloor(rows: queries, columns: keys)
  }
}
