/// Labels that are numbers, and do not fit whole ones of 64 bits.
///
/// Of labels only matters which are equal, which their spelling tells.
extension TextTable {
  /// A column of such labels: whole numbers of 64 bits as they are spelt shortest, others as they stand.
  func longLabels(in column: Int) throws(ArrayFileError) -> FileValues {
    var texts: [String] = []
    var error: ArrayFileError?
    try forEachRow { rows throws(ArrayFileError) in
      let text = try rows.text(column)
      let label = rows.number(column, takesTruth: false)?.label
      if label == nil, error == nil {
        error = .notNumber(path: file.source, line: rows.line, place: place(column), text: text)
      }
      texts.append(label ?? text)
    }
    return .texts(
      texts, error ?? .malformedHeader(path: file.source, reason: "it holds long numbers"))
  }
}

extension TextNumber {
  /// A whole number of 64 bits as it is spelt shortest; nil for others.
  var label: String? { integer.map { "\($0)" } ?? largeInteger.map { "\($0)" } }
}

extension FileArray {
  /// Whether numbers of a text are labels of which some are too long: none has a fraction.
  ///
  /// Words for what is no number may be names, though not beside numbers, of which one is missing then.
  var areLongLabels: Bool {
    guard elementType == .float64, shape.dropFirst().allSatisfy({ $0 == 1 }) else { return false }
    let numbers = converted(to: Double.self)
    guard !numbers.contains(where: \.isNaN) else { return !numbers.contains(where: \.isFinite) }
    return numbers.allSatisfy { $0.isInfinite || $0.rounded() == $0 }
  }
}
