import ContrastiveFiles

// An array `weight` of a part `encoder` is the tensor `encoder.weight`.
extension Checkpoint {
  /// Reads all parts, none of which differs from what was written.
  func read() throws(CheckpointError) -> [String: CheckpointPart] {
    let file = try reading(part: nil) { () throws(ArrayFileError) in try SafetensorsFile(path) }
    let manifest = try CheckpointManifest(file.metadata, path: path)
    var parts: [String: CheckpointPart] = [:]
    for (name, item) in manifest.items {
      parts[name] = CheckpointPart(name, kind: item.kind, path: path)
    }
    var strays: [String] = []
    for tensor in file.names.sorted() {
      // By scalars: a mark that follows the dot would make one character of both.
      guard let dot = tensor.unicodeScalars.firstIndex(of: "."),
        parts[String(tensor.unicodeScalars[..<dot])] != nil
      else {
        strays.append(tensor)
        continue
      }
      let name = String(tensor.unicodeScalars[..<dot])
      parts[name]?.entries[String(tensor.unicodeScalars[dot...].dropFirst())] =
        try reading(part: name) { () throws(ArrayFileError) in
          try CheckpointEntry(file.tensor(tensor))
        }
    }
    for (name, part) in parts.sorted(by: { $0.key < $1.key })
    where part.checksum != manifest.items[name]?.checksum {
      throw part.error(.damaged)
    }
    if let stray = strays.first { throw CheckpointError(path, part: stray, .notListed) }
    return parts
  }

  /// Writes parts, in place of what was there before.
  func write(
    _ parts: [String: CheckpointPart], by operations: some FileOperations
  ) throws(CheckpointError) {
    var tensors: [String: WritableArray] = [:]
    for (name, part) in parts {
      for (array, entry) in part.entries { tensors["\(name).\(array)"] = entry.writable }
    }
    try reading(part: nil) { () throws(ArrayFileError) in
      try SafetensorsFile.writeDurably(
        tensors, metadata: CheckpointManifest(of: parts).metadata, to: path, by: operations)
    }
  }

  private func reading<Result>(
    part: String?, _ body: () throws(ArrayFileError) -> Result
  ) throws(CheckpointError) -> Result {
    do {
      return try body()
    } catch {
      throw CheckpointError(path, part: part, .file(error))
    }
  }
}
