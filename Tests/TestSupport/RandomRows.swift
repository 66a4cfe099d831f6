public import Contrastive
import Foundation

extension Matrix {
  /// Seeded rows of directions that are uniform on the sphere and lengths from 1/2 to 2.
  public static func random(
    rowCount: Int, columnCount: Int, seed: UInt64
  ) -> Matrix {
    var generator = SeededGenerator(seed: seed)
    let unit = UnitRows<Scalar>.random(
      rowCount: rowCount, columnCount: columnCount, using: &generator)
    let lengths = (0..<rowCount).map { _ in
      Scalar(exp2(Double.random(in: -1...1, using: &generator)))
    }
    return Matrix(rowCount: rowCount, columnCount: columnCount) { r, c in
      unit.matrix[r, c] * lengths[r]
    }
  }

  /// The elements in another precision.
  public func converted<Other: EmbeddingScalar>(to other: Other.Type = Other.self) -> Matrix<Other>
  {
    Matrix<Other>(rowCount: rowCount, columnCount: columnCount) { Other(Double(self[$0, $1])) }
  }

  /// The same rows with one element changed.
  public func replacing(_ row: Int, _ column: Int, by value: Scalar) -> Matrix {
    var copy = self
    copy[row, column] = value
    return copy
  }

  /// These rows, and then those of another matrix.
  public func followed(by other: Matrix) -> Matrix {
    Matrix(rowCount: rowCount + other.rowCount, columnCount: columnCount) {
      $0 < rowCount ? self[$0, $1] : other[$0 - rowCount, $1]
    }
  }

  /// Whether every element is finite.
  public var isFinite: Bool { elements.allSatisfy(\.isFinite) }
}
