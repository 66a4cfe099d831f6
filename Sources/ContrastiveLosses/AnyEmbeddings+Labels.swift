import ContrastiveEmbeddings
import ContrastiveEngine

extension AnyEmbeddings {
  /// - Throws: `ContrastiveError.shape` unless there is a label, or another number, for each row.
  func requireLabels(
    _ labels: [Int], named labelName: String = "labels"
  ) throws(ContrastiveError) {
    guard labels.count == rowCount else {
      throw .shape(
        array: labelName, expected: "\(rowCount), one per row of \(name)",
        actual: "\(labels.count)")
    }
  }

  /// - Throws: `ContrastiveError` unless there is a label for each row, and each is a class: one of
  ///   `0..<classCount`.
  ///
  /// - Parameter kind: What the labels are, in the message.
  func requireLabels(
    _ labels: [Int], below classCount: Int, named array: String = "labels",
    kind: String = "class indices"
  ) throws(ContrastiveError) {
    try requireLabels(labels, named: array)
    if let row = labels.firstIndex(where: { !(0..<classCount).contains($0) }) {
      throw .value(
        name: array, value: "\(labels[row]) in row \(row)",
        requirement: "\(kind) from 0 to \(classCount - 1)")
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
