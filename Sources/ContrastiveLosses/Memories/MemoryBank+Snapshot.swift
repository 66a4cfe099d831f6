import ContrastiveEmbeddings
public import ContrastiveFiles

extension MemoryBank where Scalar: ArrayElement {
  /// Writes the bank as a `.safetensors` file, which replaces a file of that name.
  ///
  /// Its tensors are `rows` and the number `momentum`, to the bit.
  ///
  /// - Throws: `ArrayFileError.unwritable`; whatever was there before is untouched then.
  public func write(to path: String) throws(ArrayFileError) {
    try SafetensorsFile.write(
      ["rows": WritableArray(rows), "momentum": WritableArray([momentum], shape: [])], to: path)
  }

  /// Restores a bank from a file of `write(to:)`.
  ///
  /// The rows are mapped, and copied when the first of them is updated.
  ///
  /// - Throws: `ArrayFileError` if the file cannot be read, holds rows of another type than `Scalar`,
  ///   or is not a bank's.
  public init(reading path: String) throws(ArrayFileError) {
    let file = try SafetensorsFile(path)
    let momentum = try file.tensor("momentum")
    try momentum.requireRank(0)
    let rows = try file.unitRows("rows", as: Scalar.self)
    do {
      try self.init(rows, momentum: momentum.converted()[0])
    } catch {
      throw .unreadable(path: path, reason: error.description)
    }
  }
}
