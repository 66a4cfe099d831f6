import ContrastiveEmbeddings

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
  func requireLabels(_ labels: [Int], below classCount: Int) throws(ContrastiveError) {
    try requireLabels(labels)
    if let row = labels.firstIndex(where: { !(0..<classCount).contains($0) }) {
      throw .value(
        name: "labels", value: "\(labels[row]) in row \(row)",
        requirement: "class indices from 0 to \(classCount - 1)")
    }
  }
}
