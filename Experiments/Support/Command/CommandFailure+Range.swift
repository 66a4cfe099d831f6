import Contrastive

extension CommandFailure {
  /// The failure of a number that is finite in its file, and infinite as the `Float` it was read as; nil
  /// if an error is about something else.
  ///
  /// - Parameters:
  ///   - error: As the library throws it, but naming a file in the place of its argument.
  ///   - remedy: What would do.
  init?(ofFloatRange error: ContrastiveError, remedy: String) {
    let file = error.argument.name
    // A pipe has nothing left to be looked at again.
    guard error.problem == .notFinite, let row = error.row, file.isOfRegularFile,
      let array = try? FileArray(reading: file),
      let width = array.shape.last, array.shape.count > 1
    else { return nil }
    // The library joins all dimensions but the last: rows of paired negatives.
    let rowsPerItem = array.shape.dropFirst().dropLast().reduce(1, *)
    guard (0..<array.shape[0] * rowsPerItem).contains(row) else { return nil }
    var numbers = [Double](repeating: 0, count: rowsPerItem * width)
    var span = numbers.mutableSpan
    array.copyRows(row / rowsPerItem..<row / rowsPerItem + 1, into: &span)
    let own = numbers[row % rowsPerItem * width..<(row % rowsPerItem + 1) * width]
    guard own.allSatisfy(\.isFinite), let beyond = own.first(where: { !Float($0).isFinite })
    else { return nil }
    self.init(
      "\(file): row \(row) holds \(beyond), out of Float's range, which ends at 3.4e38; \(remedy)")
  }
}
