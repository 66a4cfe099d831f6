extension FileArray {
  /// The array that a command line names.
  ///
  /// | Specification | Array |
  /// | --- | --- |
  /// | `rows.npy` | the file's array |
  /// | `model.safetensors` | the file's tensor, which must be the only one |
  /// | `model.safetensors:weight` | the tensor `weight` |
  ///
  /// - Throws: ``ArrayFileError``: `.unknownFormat` if the name ends otherwise, `.ambiguousTensor` if
  ///   a tensor had to be named, and what reading throws.
  public init(reading specification: String) throws(ArrayFileError) {
    if specification.hasSuffix(".safetensors") {
      let file = try SafetensorsFile(specification)
      guard let name = file.names.first, file.names.count == 1 else {
        throw .ambiguousTensor(path: specification, available: file.names)
      }
      self = try file.tensor(name)
    } else if let (path, name) = Self.split(specification) {
      self = try SafetensorsFile(path).tensor(name)
    } else if specification.hasSuffix(".npy") {
      self = try NumPyFile.read(specification)
    } else {
      throw .unknownFormat(path: specification)
    }
  }

  /// The file and the tensor in `file.safetensors:tensor`.
  ///
  /// The first such suffix is the file's: tensors' names are arbitrary, directories are not called
  /// like that.
  private static func split(_ specification: String) -> (path: String, name: String)? {
    guard let separator = specification.firstRange(of: ".safetensors:") else { return nil }
    let colon = specification.index(before: separator.upperBound)
    return (String(specification[..<colon]), String(specification[separator.upperBound...]))
  }
}
