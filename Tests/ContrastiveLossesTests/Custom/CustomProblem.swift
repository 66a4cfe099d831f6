import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

/// Random candidates of every kind for a loss of one's own, in the library's words and a plain loop's.
struct CustomProblem: Sendable {
  enum Role: CaseIterable, Sendable {
    case diagonal, targets, lists, groups, ownPositives
  }

  /// What is no candidate of a row.
  enum Rule: Sendable {
    case none
    case ids(rows: [Int], keys: [Int])
    case lists([[Int]])
    case similarity(rows: Matrix<Double>, keys: Matrix<Double>, thresholds: [Double])

    func excludes(_ row: Int, _ column: Int) -> Bool {
      switch self {
      case .none: return false
      case .ids(let rows, let keys): return rows[row] == keys[column]
      case .lists(let lists): return lists[row].contains(column)
      case .similarity(let rows, let keys, let thresholds):
        func unit(_ matrix: Matrix<Double>, _ r: Int) -> [Double] {
          let elements = (0..<matrix.columnCount).map { matrix[r, $0] }
          let length = elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return elements.map { $0 / length }
        }
        let cosine = zip(unit(rows, row), unit(keys, column)).reduce(0) { $0 + $1.0 * $1.1 }
        return cosine >= thresholds[row]
      }
    }

    func exclusion<Scalar: EmbeddingScalar>(as scalar: Scalar.Type) throws -> Exclusion {
      switch self {
      case .none: .none
      case .ids(let rows, let keys): .equalIDs(rows: rows, keys: keys)
      case .lists(let lists): .lists(lists)
      case .similarity(let rows, let keys, let thresholds):
        try .similarity(
          rows: rows.converted(to: scalar), keys: keys.converted(to: scalar),
          atLeast: thresholds)
      }
    }
  }

  /// An array of keys.
  struct Array: Sendable {
    var name: String
    var rule: Rule
    var logWeights: [Double]?
    var isComparedWithPositives = false
  }

  let form: CustomForm
  let role: Role
  let rowCount: Int
  /// The first array has the positives, but for `ownPositives`.
  var arrays: [Array] = []
  var positiveWeights: [Double]?
  /// Columns of the first array that are a row's positives.
  var positives: [[Int]] = []
  var rowGroups: [Int] = []
  var keyGroups: [Int] = []
  var inputs: [String: Matrix<Double>] = [:]
  var temperature = 0.2
  var temperatures: [Double]?

  /// - Parameters:
  ///   - rows: How many.
  ///   - columns: How many keys an array has, where they are not the rows' own.
  ///   - isPlain: Whether all rows have one temperature, and keys no log-weights, as maps need it.
  init(
    _ form: CustomForm, _ role: Role, rows: Int, columns: Int, seed: UInt64, isPlain: Bool = false
  ) {
    (self.form, self.role, rowCount) = (form, role, rows)
    var generator = SeededGenerator(seed: seed)
    let dimension = Int.random(in: 2...4, using: &generator)
    func random(_ count: Int, _ width: Int) -> Matrix<Double> {
      // Both precisions compute the same problem.
      Matrix<Float>.random(rowCount: count, columnCount: width, seed: generator.next())
        .converted()
    }
    func rule(_ count: Int) -> Rule {
      func ids(_ count: Int) -> [Int] {
        (0..<count).map { _ in Int.random(in: 0..<4, using: &generator) }
      }
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: return .none
      case 1: return .ids(rows: ids(rows), keys: ids(count))
      case 2:
        return .lists(
          (0..<rows).map { _ in
            (0..<count).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
          })
      default:
        return .similarity(
          rows: random(rows, 3), keys: random(count, 3),
          thresholds: (0..<rows).map { _ in Double.random(in: 0...0.9, using: &generator) })
      }
    }
    func weights(_ count: Int) -> [Double]? {
      guard !isPlain, Bool.random(using: &generator) else { return nil }
      return (0..<count).map { _ in
        Double(Float(Double.random(in: -2...2, using: &generator)))
      }
    }
    inputs["queries"] = random(rows, dimension)
    if role == .ownPositives {
      inputs["positives"] = random(rows, dimension)
      positiveWeights = weights(rows)
    }
    let hasOnePositive = role != .lists && role != .groups
    let arrayCount = Int.random(in: 1...3, using: &generator)
    for index in 0..<arrayCount {
      let count = index == 0 && role == .diagonal ? rows : columns
      let name = "keys\(index)"
      inputs[name] = random(count, dimension)
      arrays.append(Array(name: name, rule: rule(count), logWeights: weights(count)))
      let isAdded = index > 0 || role == .ownPositives
      arrays[index].isComparedWithPositives =
        isAdded && hasOnePositive && Bool.random(using: &generator)
    }
    switch role {
    case .diagonal: positives = (0..<rows).map { [$0] }
    case .targets:
      positives = (0..<rows).map { _ in [Int.random(in: 0..<columns, using: &generator)] }
    case .lists:
      positives = (0..<rows).map { _ in
        (0..<columns).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
      }
    case .groups:
      rowGroups = (0..<rows).map { _ in Int.random(in: 0..<4, using: &generator) }
      keyGroups = (0..<columns).map { _ in Int.random(in: 0..<4, using: &generator) }
      positives = rowGroups.map { group in (0..<columns).filter { keyGroups[$0] == group } }
    case .ownPositives: positives = (0..<rows).map { _ in [] }
    }
    if !isPlain, Bool.random(using: &generator) {
      temperatures = (0..<rows).map { _ in Double.random(in: 0.1...2, using: &generator) }
    }
  }

  func plain(logits: PlainLogits = .scaledCosines) -> PlainLoss {
    let (arrays, positives, own) = (arrays, positives, positiveWeights)
    let (hasOwn, inputs, form) = (role == .ownPositives, inputs, form)
    var loss = PlainLoss.rows(
      inputs, temperature: temperature, logits: logits,
      keys: { row in
        var keys: [PlainLoss.Key] = []
        if hasOwn {
          var key = PlainLoss.Key("positives", row)
          key.isPositive = true
          key.logWeight = own?[row] ?? 0
          keys.append(key)
        }
        for (index, array) in arrays.enumerated() {
          for column in 0..<(inputs[array.name]?.rowCount ?? 0) {
            var key = PlainLoss.Key(array.name, column)
            key.isPositive = index == 0 && positives[row].contains(column)
            if !key.isPositive, array.rule.excludes(row, column) { continue }
            key.logWeight = array.logWeights?[column] ?? 0
            key.isComparedWithPositive = array.isComparedWithPositives
            keys.append(key)
          }
        }
        return keys
      }, { form.plain($0) })
    loss.temperatures = temperatures
    return loss
  }

  /// The largest 1/(1 − c²) of the cosines of queries or positives, and keys: by so much more than c itself
  /// artanh c is rounded, and so, relatively, is its slope.
  func largestSlope() throws -> Double {
    let unit = try inputs.mapValues { try $0.normalized().matrix }
    var largest = 1.0
    for (name, anchors) in unit where name == "queries" || name == "positives" || name == "keys0" {
      for (other, keys) in unit {
        for r in 0..<anchors.rowCount {
          for c in 0..<keys.rowCount where other != name || r != c {
            let cosine = (0..<keys.columnCount).reduce(0) { $0 + anchors[r, $1] * keys[c, $1] }
            largest = max(largest, 1 / ((1 - cosine) * (1 + cosine)))
          }
        }
      }
    }
    return largest
  }

  func candidates<Scalar: EmbeddingScalar>(
    as scalar: Scalar.Type
  ) throws -> Candidates<Scalar> {
    func matrix(_ name: String) throws -> Matrix<Scalar> {
      try #require(inputs[name]).converted()
    }
    let first = arrays[0]
    let (keys, exclusion) = (try matrix(first.name), try first.rule.exclusion(as: scalar))
    var candidates: Candidates<Scalar> =
      switch role {
      case .diagonal:
        try Candidates(keys, excluding: exclusion, logWeights: first.logWeights)
      case .targets:
        try Candidates(
          keys, positives: positives.map { $0[0] }, excluding: exclusion,
          logWeights: first.logWeights)
      case .lists:
        try Candidates(
          keys, positives: positives, excluding: exclusion, logWeights: first.logWeights)
      case .groups:
        try Candidates(
          keys, rowGroups: rowGroups, keyGroups: keyGroups, excluding: exclusion,
          logWeights: first.logWeights)
      case .ownPositives:
        try Candidates(ownPositives: try matrix("positives"), logWeights: positiveWeights)
      }
    for array in role == .ownPositives ? arrays[...] : arrays.dropFirst() {
      try candidates.add(
        try matrix(array.name), excluding: try array.rule.exclusion(as: scalar),
        logWeights: array.logWeights,
        comparedWith: array.isComparedWithPositives ? .positives : .queries)
    }
    return candidates
  }

  func answer<Scalar: EmbeddingScalar>(
    as scalar: Scalar.Type, logits: LogitForm = .scaledCosines,
    options: ComputeOptions = ComputeOptions()
  ) throws -> Answer {
    let temperature = try temperatures.map { try Temperature(rows: $0) } ?? Temperature(temperature)
    let loss = OneWayLoss(form.function, temperature: temperature, logits: logits)
    return Answer(
      try loss.valueWithGradient(
        queries: try #require(inputs["queries"]).converted(to: scalar),
        candidates: try candidates(as: scalar),
        of: options.strategy == .onePass
          ? [.queries, .temperature, .scale, .logScale] : .all, options: options))
  }
}

extension PlainLogits {
  var library: LogitForm {
    switch self {
    case .scaledCosines: .scaledCosines
    case .arctanh: .arctanh
    case .circle(let margin): .circle(margin: margin)
    case .offset(let base): .offset(base: base)
    }
  }
}
