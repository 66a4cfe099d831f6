import Contrastive

/// An array that an option names.
struct InputArray<Scalar: FileScalar> {
  let matrix: Matrix<Scalar>

  /// The dimensions, without those of one element that are too many.
  let shape: [Int]

  /// The dimensions in the file, which those of its gradient equal.
  let fileShape: [Int]

  /// Reads the array.
  ///
  /// - Parameter ranks: How many dimensions it may have.
  init(_ specification: String, ranks: ClosedRange<Int> = 2...2) throws {
    let file = try readArray(specification)
    let array = ranks.contains(file.shape.count) ? file : try file.withRank(ranks.upperBound)
    matrix = try Matrix(array)
    (shape, fileShape) = (array.shape, file.shape)
  }

  /// A remark on rows of zeros, which have no direction; nil if there is none.
  func zeroRows(_ name: String) -> String? {
    ZeroRows.remark(matrix.zeroRows, of: name)
  }
}
