/// The `.safetensors` format: named arrays and a map of strings in one file.
///
/// ```
/// header length (8 bytes)   header (JSON)   elements of all tensors, without gaps
/// ```
/// The header is checked as the official reader checks it, so that no element belongs to two
/// tensors and no byte to none. Tensors of types that ``ElementType`` lacks (booleans, 8-bit floats)
/// are listed; asking for one is an error.
///
/// - Source: [safetensors](https://github.com/huggingface/safetensors#format)
public struct SafetensorsFile: Sendable {
  /// The file's path.
  public let path: String

  private let mapping: FileMapping
  private let header: SafetensorsHeader

  /// Maps a file and checks its header.
  ///
  /// - Throws: ``ArrayFileError`` if the file cannot be read, or is not such a file.
  /// - Complexity: O(*n* log *n*) in the number of tensors; elements are read when they are asked
  ///   for.
  public init(_ path: String) throws(ArrayFileError) {
    let mapping = try FileMapping(path)
    self.header = try SafetensorsHeader(mapping.bytes, path: path)
    self.mapping = mapping
    self.path = path
  }

  /// The tensors' names, in the order of their elements in the file.
  public var names: [String] { header.names }

  /// The strings the writer left under `__metadata__`.
  public var metadata: [String: String] { header.metadata }

  /// The tensor of the given name.
  ///
  /// - Throws: `ArrayFileError.tensorNotFound`, or `.unsupportedElementType`.
  public func tensor(_ name: String) throws(ArrayFileError) -> FileArray {
    guard let tensor = header.tensors[name] else {
      throw .tensorNotFound(path: path, name: name, available: names)
    }
    let source = Self.source(of: name, in: path)
    guard let layout = tensor.layout else {
      throw .unsupportedElementType(source: source, name: tensor.typeName)
    }
    return FileArray(
      source: source, layout: layout, mapping: mapping,
      byteOffset: header.dataStart + tensor.offsets.lowerBound)
  }

  /// A tensor's name in messages.
  static func source(of name: String, in path: String) -> String {
    "\(path):\(ArrayFileError.excerpt(name))"
  }
}
