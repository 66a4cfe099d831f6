import ContrastiveEmbeddings
import ContrastiveEngine

extension AnyEmbeddings {
  /// - Throws: `ContrastiveError` unless there is a label, or another number, for each row.
  func requireLabels(
    _ labels: [Int], named argument: ContrastiveError.Argument = .labels
  ) throws(ContrastiveError) {
    guard labels.count == rowCount else {
      throw .init(
        argument, .count(found: labels.count, expected: .exactly(rowCount, .onePerRow(of: name))))
    }
  }

  /// - Throws: `ContrastiveError` unless there is a label for each row, and each is a class: one of
  ///   `0..<classCount`.
  ///
  /// - Parameter memory: What they are rows of, if they are no classes.
  func requireLabels(
    _ labels: [Int], below classCount: Int, named argument: ContrastiveError.Argument = .labels,
    of memory: ContrastiveError.Argument? = nil
  ) throws(ContrastiveError) {
    try requireLabels(labels, named: argument)
    if let row = labels.firstIndex(where: { !(0..<classCount).contains($0) }) {
      throw .init(
        argument, row: row,
        .integer(
          found: labels[row],
          expected: memory.map { .rows(of: $0, count: classCount) } ?? .classes(classCount)))
    }
  }
}

extension [Int] {
  /// Whether these class indices name every one of the classes equally often.
  func isBalanced(over classCount: Int) -> Bool {
    guard count.isMultiple(of: classCount) else { return false }
    var frequencies = Array(repeating: 0, count: classCount)
    for label in self { frequencies[label] += 1 }
    return frequencies.allSatisfy { $0 == frequencies[0] }
  }
}
