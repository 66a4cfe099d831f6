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
  /// - Parameter sides: How many terms there are to a row: those of the first side of all rows come first.
  func gather<Scalar>(_ outcome: inout LossOutcome<Scalar>, sides: Int = 1) throws {
    if let terms = outcome.terms {
      let all = try group.allGather(
        terms.map { Double($0) }, counts: counts.map { sides * $0 })
      outcome.terms = (0..<sides).flatMap { side in
        zip(all, counts).flatMap { terms, count in
          terms[side * count..<(side + 1) * count].map { Scalar($0) }
        }
      }
      outcome.allTermCount = outcome.terms?.count ?? 0
    }
    outcome.gradients = try outcome.gradients.map { own in
      .init(
        name: own.name, matrix: try group.allGather(rows: own.matrix), shape: own.shape)
    }
  }
}
