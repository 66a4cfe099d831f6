/// Tensors in several files: the index says which file has which, as `transformers` writes it.
///
/// ```
/// {"metadata": …, "weight_map": {
///   "encoder.weight": "model-00001-of-00002.safetensors", …
/// }}
/// ```
struct SafetensorsIndex {
  private let path: String

  /// The files of the tensors, by the tensors' names.
  private var files: [String: String] = [:]

  init(_ file: FileRegion) throws(ArrayFileError) {
    path = file.source
    var scanner = ByteScanner(file.span, path: path)
    var keys: Set<String> = []
    try scanner.beginObject()
    while let key = try scanner.nextKey(&keys) {
      if key == "weight_map" {
        files = try scanner.stringMap()
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.expectEnd()
    guard keys.contains("weight_map") else {
      throw .malformedHeader(path: path, reason: "the index lacks a 'weight_map'")
    }
  }

  /// Whether a JSON text is such an index.
  static func isIndex(_ file: FileRegion) -> Bool {
    // Rows of numbers never begin so, and are not to be read twice.
    var scanner = ByteScanner(file.span, path: file.source)
    guard scanner.accept("{"), let key = try? scanner.string() else { return false }
    return key == "metadata" || key == "weight_map" ? (try? SafetensorsIndex(file)) != nil : false
  }

  /// The tensor of the given name, which may be left out if there is only one.
  func tensor(_ name: String?, by access: FileAccess) throws(ArrayFileError) -> FileArray {
    let names = files.keys.sorted()
    guard let name = name ?? (names.count == 1 ? names.first : nil) else {
      throw .ambiguousMember(path: path, kind: .tensor, available: names)
    }
    guard let file = files[name] else {
      throw .memberNotFound(path: path, kind: .tensor, name: name, available: names)
    }
    // An index speaks of files beside it, not of any on the machine.
    guard !file.isEmpty, file != "..", !file.utf8.contains(UInt8(ascii: "/")) else {
      throw .malformedHeader(
        path: path,
        reason: "'\(ArrayFileError.excerpt(file))' is no name of a file beside the index")
    }
    do {
      return try SafetensorsFile(FileRegion(folder + file, by: access)).tensor(name)
    } catch .notFound(let shard) {
      throw .notFound(path: "\(shard), where \(path) has '\(ArrayFileError.excerpt(name))'")
    } catch .memberNotFound(let shard, _, _, let available) {
      throw .malformedHeader(
        path: path,
        reason:
          "it has '\(ArrayFileError.excerpt(name))' in \(shard), which holds \(ArrayFileError.list(available))"
      )
    }
  }

  /// The paths of the files it names, in order.
  var shards: [String] { Set(files.values).sorted().map { folder + $0 } }

  private var folder: String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }
}
