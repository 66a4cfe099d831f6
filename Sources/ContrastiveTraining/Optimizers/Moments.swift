package import ContrastiveEmbeddings
import ContrastiveKernels

/// A running mean of gradients, or of their squares, by the names of parameters: zeros before the
/// first step.
package struct Moments<Scalar: EmbeddingScalar>: Sendable {
  package var values: [String: Matrix<Scalar>]

  package init(values: [String: Matrix<Scalar>] = [:]) { self.values = values }

  /// - Throws: `ContrastiveError` if these are of parameters of other shapes.
  mutating func prepare(for parameters: Parameters<Scalar>) throws(ContrastiveError) {
    // All are looked at first: a step that is refused leaves nothing behind.
    for parameter in parameters {
      guard let value = values[parameter.name], value.shape != parameter.values.shape else {
        continue
      }
      throw .init(
        .init(parameter.name),
        .shape(found: parameter.values.shape, expected: value.shape, as: .momentsOfEarlierSteps))
    }
    for parameter in parameters where values[parameter.name] == nil {
      values[parameter.name] = Matrix(
        rowCount: parameter.values.rowCount, columnCount: parameter.values.columnCount)
    }
  }

  /// A parameter's moments, to be written.
  mutating func block(_ name: String) -> Block<Scalar> {
    values[name]?.makeUnique()
    guard let value = values[name] else { preconditionFailure("moments are prepared first") }
    return value.block
  }
}
