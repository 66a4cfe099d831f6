import Contrastive
import Testing

/// Losses of rows with several positives: the plain loops' words and the library's for the same.
public struct PositiveVariant: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// One way.
    case queries
    /// Images and texts, in turn.
    case bothWays
    /// SigLIP's questions.
    case pairs
  }

  public let kind: Kind
  let form: PositiveForm

  /// Whether positives have weights, and some other pairs are left out.
  let isWeighted: Bool

  init(_ kind: Kind, _ form: PositiveForm, isWeighted: Bool = false) {
    self.kind = kind
    self.form = form
    self.isWeighted = isWeighted
  }

  /// Whether rows without a positive are not counted in the mean.
  public var leavesRowsOut: Bool { kind != .pairs }

  private static let bias = -1.5

  /// Ids of which some are nobody else's, on both sides.
  public static func queryIDs(_ count: Int) -> [Int] {
    (0..<count).map { $0 % 5 == 4 ? -1 - $0 : $0 % 3 }
  }
  public static func keyIDs(_ count: Int) -> [Int] { (0..<count).map { $0 % 4 } }

  /// 0 for most pairs, and for all of some rows.
  private static func weight(_ row: Int, _ column: Int) -> Double {
    row % 5 == 4 ? 0 : [0, 0.5, 0, 3, 0, 0.125, 0][(3 * row + 2 * column) % 7]
  }

  private static func excludedIDs(_ count: Int) -> [Int] { (0..<count).map { $0 % 6 } }

  private func role(_ row: Int, _ column: Int, rows: Int, columns: Int) -> PlainLoss.PairRole {
    if isWeighted {
      let weight = Self.weight(row, column)
      return weight > 0 ? .positive(weight: weight) : row % 6 == column % 6 ? .nothing : .negative
    }
    return Self.queryIDs(rows)[row] == Self.keyIDs(columns)[column]
      ? .positive(weight: 1) : .negative
  }

  func plain(_ rows: Matrix<Double>, _ columns: Matrix<Double>, temperature: Double) -> PlainLoss {
    let (rowCount, columnCount) = (rows.rowCount, columns.rowCount)
    let role: @Sendable (Int, Int) -> PlainLoss.PairRole = {
      self.role($0, $1, rows: rowCount, columns: columnCount)
    }
    let towers = ["images": rows, "texts": columns]
    switch kind {
    case .queries:
      return .positives(
        ["queries": rows, "keys": columns], form: form, temperature: temperature, role: role)
    case .bothWays:
      return .positivesBothWays(towers, form: form, temperature: temperature, role: role)
    case .pairs:
      return .sigLIPPositives(
        towers.merging(["bias": [[Self.bias]]]) { $1 }, temperature: temperature, role: role)
    }
  }

  /// - Parameter ofKeys: Whether the gradient by the keys is asked for, of a loss of one way.
  func answer<Scalar: EmbeddingScalar>(
    _ plain: PlainLoss, as scalar: Scalar.Type, ofKeys: Bool, reduction: Reduction,
    options: ComputeOptions
  ) throws -> Answer {
    let names = kind == .queries ? ("queries", "keys") : ("images", "texts")
    let rows = try #require(plain.inputs[names.0]).converted(to: scalar)
    let columns = try #require(plain.inputs[names.1]).converted(to: scalar)
    let positives: PairPositives =
      isWeighted
      ? .softTargets(
        Matrix(rowCount: rows.rowCount, columnCount: columns.rowCount, { Self.weight($0, $1) }))
      : .equalIDs(queries: Self.queryIDs(rows.rowCount), keys: Self.keyIDs(columns.rowCount))
    let exclusion: Exclusion =
      isWeighted
      ? .equalIDs(
        rows: Self.excludedIDs(rows.rowCount), keys: Self.excludedIDs(columns.rowCount)) : .none
    let temperature = try plain.libraryTemperature
    switch kind {
    case .queries:
      return Answer(
        try MultiPositiveInfoNCE(temperature: temperature, form: form).valueWithGradient(
          queries: rows, keys: columns, positives: positives, excluding: exclusion,
          of: ofKeys ? .all : [.queries, .temperature], reduction: reduction, options: options))
    case .bothWays:
      return Answer(
        try MultiPositiveCLIP(temperature: temperature, form: form).valueWithGradient(
          images: rows, texts: columns, positives: positives, excluding: exclusion,
          reduction: reduction, options: options))
    case .pairs:
      let bias = try #require(plain.inputs["bias"])[0, 0]
      return Answer(
        try SigLIP(temperature: temperature, bias: bias).valueWithGradient(
          images: rows, texts: columns, positives: positives, reduction: reduction,
          options: options))
    }
  }
}

extension LossSubject {
  public static let groupsOutside = LossSubject("groupsOutside")
  public static let groupsEach = LossSubject("groupsEach")
  public static let groupsInside = LossSubject("groupsInside")
  public static let softTargets = LossSubject("softTargets")
  public static let clipGroupsOutside = LossSubject("clipGroupsOutside")
  public static let clipGroupsEach = LossSubject("clipGroupsEach")
  public static let clipGroupsInside = LossSubject("clipGroupsInside")
  public static let clipSoftTargets = LossSubject("clipSoftTargets")
  public static let sigLIPGroups = LossSubject("sigLIPGroups")

  /// Losses of rows with several positives.
  static let severalPositives: [LossSubject] = [
    .groupsOutside, .groupsEach, .groupsInside, .softTargets, .clipGroupsOutside, .clipGroupsEach,
    .clipGroupsInside, .clipSoftTargets, .sigLIPGroups,
  ]

  /// A loss of rows with several positives.
  public var positives: PositiveVariant? {
    switch self {
    case .groupsOutside: PositiveVariant(.queries, .meanOutside)
    case .groupsEach: PositiveVariant(.queries, .eachAgainstNegatives)
    case .groupsInside: PositiveVariant(.queries, .sumInside)
    case .softTargets: PositiveVariant(.queries, .meanOutside, isWeighted: true)
    case .clipGroupsOutside: PositiveVariant(.bothWays, .meanOutside)
    case .clipGroupsEach: PositiveVariant(.bothWays, .eachAgainstNegatives)
    case .clipGroupsInside: PositiveVariant(.bothWays, .sumInside)
    case .clipSoftTargets: PositiveVariant(.bothWays, .eachAgainstNegatives, isWeighted: true)
    case .sigLIPGroups: PositiveVariant(.pairs, .meanOutside)
    default: nil
    }
  }
}
