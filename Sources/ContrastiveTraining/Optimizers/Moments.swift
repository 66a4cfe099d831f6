package import ContrastiveEmbeddings
import ContrastiveKernels

/// A running mean of gradients, or of their squares, by the names of parameters: zeros before the
/// first step.
package struct Moments<Scalar: EmbeddingScalar>: Sendable {
  package var values: [String: Matrix<Scalar>]

  package init(values: [String: Matrix<Scalar>] = [:]) { self.values = values }

  /// - Throws: `ContrastiveError` if these are of parameters of other shapes.
  mutating func prepare(for parameters: Parameters<Scalar>) throws(ContrastiveError) {
    for parameter in parameters {
      let (rowCount, columnCount) = (parameter.values.rowCount, parameter.values.columnCount)
      guard let value = values[parameter.name] else {
        values[parameter.name] = Matrix(rowCount: rowCount, columnCount: columnCount)
        continue
      }
      guard value.rowCount == rowCount, value.columnCount == columnCount else {
        throw .init(
          .init(parameter.name),
          .shape(found: parameter.values.shape, expected: value.shape, as: .momentsOfEarlierSteps))
      }
    }
  }

  /// A parameter's moments, to be written.
  mutating func block(_ name: String) -> Block<Scalar> {
    values[name]?.makeUnique()
    guard let value = values[name] else { preconditionFailure("moments are prepared first") }
    return value.block
  }
}
