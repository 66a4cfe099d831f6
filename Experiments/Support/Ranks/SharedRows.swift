import Contrastive
import ContrastiveDistributed

/// The ranks of a command, and which rows of its files each takes.
struct SharedRows {
  let group: any RankGroup
  private let counts: [Int]

  /// - Parameter counts: The ranks' numbers of rows; nil for equal ones.
  init(group: any RankGroup, counts: [Int]?, rowCount: Int) {
    self.group = group
    self.counts = counts ?? Self.equal(rowCount, among: group.count)
  }

  private static func equal(_ rowCount: Int, among ranks: Int) -> [Int] {
    (0..<ranks).map { rowCount * ($0 + 1) / ranks - rowCount * $0 / ranks }
  }

  private func range(_ counts: [Int]) -> Range<Int> {
    let start = counts[..<group.rank].reduce(0, +)
    return start..<start + counts[group.rank]
  }

  /// This rank's rows.
  var own: Range<Int> { range(counts) }

  /// This rank's rows of an array.
  ///
  /// - Parameters:
  ///   - name: What the library calls it.
  ///   - first: What it calls the array whose rows are shared out.
  /// - Throws: `ContrastiveError`, as on one process, if it has not as many rows as that.
  func part<Scalar>(
    of array: InputArray<Scalar>, _ name: String, as first: String
  ) throws -> Matrix<Scalar> {
    let (total, found) = (counts.reduce(0, +), array.matrix.rowCount)
    guard found == total else {
      throw ContrastiveError(
        .init(name), .count(.row, found: found, expected: .exactly(total, .as(.init(first)))))
    }
    return array.matrix.rows(own)
  }

  /// This rank's of numbers, of which there is one for each row.
  ///
  /// - Throws: `ContrastiveError`, as on one process, if there are more or less.
  func part(
    of numbers: [Int], _ name: ContrastiveError.Argument, as first: ContrastiveError.Argument
  ) throws -> [Int] {
    let total = counts.reduce(0, +)
    guard numbers.count == total else {
      throw ContrastiveError(
        name, .count(found: numbers.count, expected: .exactly(total, .onePerRow(of: first))))
    }
    return Array(numbers[own])
  }

  /// This rank's of log-weights, of which there is one for each row.
  ///
  /// - Throws: `ContrastiveError`, as on one process, if there are more or less.
  func part(of logWeights: LogWeights) throws -> LogWeights {
    let total = counts.reduce(0, +)
    guard logWeights.positives.count == total else {
      throw ContrastiveError(
        .logWeightsOfPositives,
        .count(.number, found: logWeights.positives.count, expected: .exactly(total)))
    }
    return LogWeights(
      positives: Array(logWeights.positives[own]),
      negatives: Array(logWeights.negatives[equalRange(of: logWeights.negatives.count)]))
  }

  /// This rank's part of the temperatures of rows; the one of all rows as it is.
  ///
  /// - Parameters:
  ///   - name: What the rows are.
  ///   - sides: How many sides there are, each with temperatures of its own or with those of the first.
  /// - Throws: `ContrastiveError`, as on one process, if there are more or less.
  func part(
    of temperature: Temperature, sides: Int = 1, of name: ContrastiveError.Argument
  ) throws -> Temperature {
    let total = counts.reduce(0, +)
    return try part(
      of: temperature,
      ranges: (0..<sides).map { $0 * total + own.lowerBound..<$0 * total + own.upperBound },
      total: total, sides: sides, name)
  }

  /// The same of rows that are shared out equally.
  func equalPart(
    of temperature: Temperature, rowCount: Int, of name: ContrastiveError.Argument
  ) throws -> Temperature {
    try part(
      of: temperature, ranges: [equalRange(of: rowCount)], total: rowCount, sides: 1, name)
  }

  private func part(
    of temperature: Temperature, ranges: [Range<Int>], total: Int, sides: Int,
    _ name: ContrastiveError.Argument
  ) throws -> Temperature {
    guard let scales = temperature.rowScales else { return temperature }
    guard scales.count == total || scales.count == sides * total else {
      throw ContrastiveError(
        .temperatures,
        .count(
          found: scales.count,
          expected: .init(sides == 1 ? .exactly : .times(sides), total, .as(name))))
    }
    let own = ranges.prefix(scales.count == total ? 1 : sides).flatMap { scales[$0] }
    // A rank without rows has none, and whichever one it names is nobody's.
    return own.isEmpty ? try Temperature(scale: temperature.scale) : try Temperature(rowScales: own)
  }

  /// This rank's rows of an array with others, which are shared out equally.
  func equalPart<Scalar>(of array: InputArray<Scalar>) -> Matrix<Scalar> {
    array.matrix.rows(equalRange(of: array.matrix.rowCount))
  }

  /// Which rows of an array those are.
  func equalRange(of rowCount: Int) -> Range<Int> {
    range(Self.equal(rowCount, among: group.count))
  }

  /// Puts the terms and gradients of all ranks in the place of this rank's, as one process would have them.
  ///
  /// - Parameters:
  ///   - sides: How many terms there may be to a row: those of the first side of all rows come first.
  func gather<Scalar>(_ outcome: inout LossOutcome<Scalar>, sides: Int = 1) throws {
    if let terms = outcome.terms {
      outcome.terms = try gathered(terms, sides: sides)
      outcome.allTermCount = outcome.terms?.count ?? 0
    }
    if let slopes = outcome.byTemperature.temperatures {
      outcome.byTemperature.temperatures = try gathered(slopes, sides: sides)
    }
    outcome.gradients = try outcome.gradients.map { own in
      .init(
        name: own.name, matrix: try group.allGather(rows: own.matrix), shape: own.shape)
    }
  }

  /// The numbers of all ranks in the order of the rows; where each row has one for each of several sides, those of the first side
  /// come first.
  private func gathered<Scalar: EmbeddingScalar>(
    _ own: [Scalar], sides: Int
  ) throws -> [Scalar] {
    let found = try group.allGather([Double(own.count)]).map { Int($0[0]) }
    let all = try group.allGather(own.map { Double($0) }, counts: found)
    let total = counts.reduce(0, +)
    let sides = sides * total == found.reduce(0, +) ? sides : 1
    return (0..<sides).flatMap { side in
      all.flatMap { numbers in
        let count = numbers.count / sides
        return numbers[side * count..<(side + 1) * count].map { Scalar($0) }
      }
    }
  }
}

extension TemperedLoss {
  /// The loss with this rank's part of the temperatures of rows.
  func part(
    of ranks: SharedRows, sides: Int = 1, of name: ContrastiveError.Argument
  ) throws -> Self {
    var result = self
    result.temperature = try ranks.part(of: temperature, sides: sides, of: name)
    return result
  }
}
