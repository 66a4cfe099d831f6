public import ContrastiveEmbeddings
public import ContrastiveFiles

extension RowSource where Scalar: ArrayElement {
  /// The rows of an array in a file, of whatever floating-point or integer type; used where they lie if it is this one.
  ///
  /// Others are read tile by tile in whatever order and byte order the file has them.
  ///
  /// - Parameter array: `N × d`; further dimensions of one element are left out.
  /// - Throws: `ArrayFileError.wrongRank` for an array that is no matrix.
  public init(_ array: FileArray) throws(ArrayFileError) {
    let array = try array.withRank(2)
    self.init(
      rowCount: array.shape[0], columnCount: array.shape[1],
      mapped: array.isStored(as: Scalar.self) ? try Matrix(array) : nil
    ) { rows, elements in
      array.copyRows(rows, into: &elements)
    }
  }
}
