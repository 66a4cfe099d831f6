import Contrastive
import Foundation
import TestSupport

/// What rows are made of in trials: ties, cosines of −1 and none, and lengths at both ends of `Float`.
enum RowChange: CaseIterable, Hashable {
  case duplicate, opposite, zero, rescaled

  /// The inputs of a loss with some of their rows changed, and how.
  static func draw(
    for plain: PlainLoss, using generator: inout SeededGenerator
  ) -> (inputs: [String: Matrix<Double>], changes: Set<RowChange>) {
    var (inputs, changes) = (plain.inputs, Set<RowChange>())
    let names = inputs.keys.filter { !plain.unitInputs.contains($0) }.sorted()
    // Half of the problems are as they are.
    guard Bool.random(using: &generator) else { return (inputs, changes) }
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      guard let change = allCases.randomElement(using: &generator),
        let name = names.randomElement(using: &generator),
        let source = names.randomElement(using: &generator),
        var matrix = inputs[name], let other = inputs[source],
        matrix.rowCount > 0, other.rowCount > 0, matrix.columnCount == other.columnCount
      else { continue }
      let row = Int.random(in: 0..<matrix.rowCount, using: &generator)
      let model = Int.random(in: 0..<other.rowCount, using: &generator)
      // A power of two, which changes no digit.
      let factor = exp2(Double(Int.random(in: -100...100, using: &generator)))
      let largest = (0..<matrix.columnCount).reduce(0) { max($0, abs(matrix[row, $1])) }
      guard change != .rescaled || (1e-30...1e30).contains(largest * factor) else { continue }
      for column in 0..<matrix.columnCount {
        switch change {
        case .duplicate: matrix[row, column] = other[model, column]
        case .opposite: matrix[row, column] = -other[model, column]
        case .zero: matrix[row, column] = 0
        case .rescaled: matrix[row, column] *= factor
        }
      }
      inputs[name] = matrix
      changes.insert(change)
    }
    return (inputs, changes)
  }
}
