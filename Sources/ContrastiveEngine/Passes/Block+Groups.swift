import ContrastiveKernels

extension Block {
  /// Of every so many neighbouring columns, makes −∞ of all elements but the largest, the first of equal ones.
  func keepLargest(ofEach size: Int) {
    guard size > 1 else { return }
    for row in 0..<rowCount {
      for first in stride(from: 0, to: columnCount, by: size) {
        var largest = first
        for column in first + 1..<min(first + size, columnCount) {
          let loser = self[row, column] > self[row, largest] ? largest : column
          if loser == largest { largest = column }
          self[row, loser] = -.infinity
        }
      }
    }
  }
}
