public import ContrastiveEmbeddings
public import ContrastiveFiles

extension Matrix where Scalar: ArrayElement {
  /// Creates a matrix of an array in a file, without a copy where the stored type is `Scalar`.
  ///
  /// ```swift
  /// let rows = try Matrix<Float>(FileArray(reading: "queries.npy"))
  /// ```
  /// Other types are converted: 16-bit numbers exactly, wider ones rounded.
  ///
  /// - Parameter array: `N × d`. The leading dimensions of an array with more, such as the `N × M × d`
  ///   of paired negatives, are joined: `N·M × d`.
  /// - Throws: `ArrayFileError.wrongRank` for an array of fewer than two dimensions,
  ///   `ArrayFileError.invalidShape` for rows longer than 2³¹ − 1.
  public init(_ array: FileArray) throws(ArrayFileError) {
    let shape = array.shape
    guard shape.count >= 2, let columnCount = shape.last else {
      throw .wrongRank(source: array.source, expected: 2, shape: shape)
    }
    let rowCount = shape.dropLast().reduce(1, *)
    do {
      if let (elements, owner) = unsafe array.borrowedElements(as: Scalar.self) {
        unsafe try self.init(
          unsafelyBorrowing: elements, rowCount: rowCount, columnCount: columnCount, owner: owner)
      } else {
        try self.init(array.converted(), rowCount: rowCount, columnCount: columnCount)
      }
    } catch {
      throw .invalidShape(source: array.source, shape: shape, reason: "\(error)")
    }
  }

  /// Writes the rows as a `.npy` file, which replaces a file of that name.
  ///
  /// - Parameters:
  ///   - path: Where to write. The file appears complete or not at all.
  ///   - shape: The dimensions to write; `[rowCount, columnCount]` if they are left out.
  /// - Throws: `ArrayFileError.unwritable`, or `.invalidShape` if the shape has another number of
  ///   elements.
  public func write(to path: String, shape: [Int]? = nil) throws(ArrayFileError) {
    try NumPyFile.write(Scalar.self, shape: shape ?? [rowCount, columnCount], to: path) {
      output throws(ArrayFileError) in
      for r in 0..<rowCount { try output.append(row(r)) }
    }
  }
}
