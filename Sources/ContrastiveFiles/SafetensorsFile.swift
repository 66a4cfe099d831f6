/// The `.safetensors` format: named arrays and a map of strings in one file.
///
/// ```
/// header length (8 bytes)   header (JSON)
/// elements of all tensors, without gaps
/// ```
/// The header is checked as the official reader checks it, so that no element belongs to two
/// tensors and no byte to none. Tensors of its types that ``ElementType`` lacks (floats of 8 bits and less,
/// complex numbers) are listed; asking for one is an error.
///
/// Refused besides is what it lets through: a name that is there twice, a tensor or metadata of another JSON type
/// than an object, more than 64 dimensions, and those beside a 0 whose product overflows.
///
/// - Source: [safetensors](https://github.com/huggingface/safetensors#format)
public struct SafetensorsFile: Sendable {
  /// The file's path.
  public let path: String

  private let file: FileRegion
  private let header: SafetensorsHeader

  /// Maps a file and checks its header.
  ///
  /// - Throws: ``ArrayFileError`` if the file cannot be read, or is not such a file.
  /// - Complexity: O(*n* log *n*) in the number of tensors; elements are read when they are asked
  ///   for.
  public init(_ path: String) throws(ArrayFileError) {
    try self.init(FileRegion(path))
  }

  init(_ file: FileRegion) throws(ArrayFileError) {
    self.header = try SafetensorsHeader(file.span, path: file.source)
    self.file = file
    self.path = file.source
  }

  /// The tensors' names, in the order of their elements in the file.
  public var names: [String] { header.names }

  /// The strings the writer left under `__metadata__`.
  public var metadata: [String: String] { header.metadata }

  /// The tensor of the given name.
  ///
  /// - Throws: `ArrayFileError.memberNotFound`, or `.unsupportedElementType`.
  public func tensor(_ name: String) throws(ArrayFileError) -> FileArray {
    guard let tensor = header.tensors[name] else {
      throw .memberNotFound(path: path, kind: .tensor, name: name, available: names)
    }
    let source = Self.source(of: name, in: path)
    guard let layout = tensor.layout else {
      throw .unsupportedElementType(source: source, name: tensor.typeName)
    }
    return FileArray(
      source: source, layout: layout, bytes: file.bytes,
      byteOffset: file.range.lowerBound + header.dataStart + tensor.offsets.lowerBound)
  }

  /// The file's only tensor.
  ///
  /// - Throws: `ArrayFileError.ambiguousMember` if there are several or none.
  func onlyTensor() throws(ArrayFileError) -> FileArray {
    guard let name = names.first, names.count == 1 else {
      throw .ambiguousMember(path: path, kind: .tensor, available: names)
    }
    return try tensor(name)
  }

  /// A tensor's name in messages.
  static func source(of name: String, in path: String) -> String {
    "\(path):\(ArrayFileError.excerpt(name))"
  }
}
