package import ContrastiveEmbeddings
import RealModule

/// Distances of rows from others, and their slopes: dD/dx = slope·(x − y) = −dD/dy.
///
/// All go by Σ(x − y)², which keeps its digits for rows that are close.
package struct RowDistances {
  package private(set) var values: [Double]
  package private(set) var slopes: [Double]

  /// 1 − cos of unit rows, as ½Σ(x − y)². A zero row has cosine 0 with everything, and slope 0.
  package init<Scalar>(cosineOf x: Block<Scalar>, _ y: Block<Scalar>, on isa: InstructionSet) {
    values = x.squaredDistances(from: y, on: isa).map { $0 / 2 }
    slopes = Array(repeating: 1, count: values.count)
    let lengths = (x.dots(with: x, on: isa), y.dots(with: y, on: isa))
    for row in values.indices where lengths.0[row] == 0 || lengths.1[row] == 0 {
      (values[row], slopes[row]) = (1, 0)
    }
  }

  /// ‖x − y‖² of unit rows: 1 of a zero row from a unit row, and no slope, as of a point of the sphere from its centre.
  package init<Scalar>(ofUnit x: Block<Scalar>, _ y: Block<Scalar>, on isa: InstructionSet) {
    values = x.squaredDistances(from: y, on: isa)
    let lengths = (x.dots(with: x, on: isa), y.dots(with: y, on: isa))
    slopes = zip(lengths.0, lengths.1).map { $0 == 0 || $1 == 0 ? 0 : 2 }
  }

  /// ‖x − y‖² of any rows.
  package init<Scalar>(
    squaredEuclideanOf x: Block<Scalar>, _ y: Block<Scalar>, on isa: InstructionSet
  ) {
    values = x.squaredDistances(from: y, on: isa)
    slopes = Array(repeating: 2, count: values.count)
  }

  /// ‖x − y‖ of any rows; where they coincide the slope is 0.
  package init<Scalar>(euclideanOf x: Block<Scalar>, _ y: Block<Scalar>, on isa: InstructionSet) {
    values = x.squaredDistances(from: y, on: isa).map { $0.squareRoot() }
    slopes = values.map { $0 > 0 ? 1 / $0 : 0 }
  }
}
