extension SafetensorsFile {
  /// Writes named arrays as a `.safetensors` file, which replaces a file of that name.
  ///
  /// The same arrays always give the same bytes: as in the official writer, tensors with larger
  /// elements come first, which aligns them all, and equal ones go by name. The file appears
  /// complete or not at all.
  ///
  /// - Parameters:
  ///   - tensors: The arrays by name. `__metadata__` is not a possible name.
  ///   - metadata: Strings to store with them.
  ///   - path: Where to write: a new name, or that of a regular file.
  /// - Throws: `ArrayFileError.unwritable` or `.invalidShape`; then no file is written.
  public static func write(
    _ tensors: [String: WritableArray], metadata: [String: String] = [:], to path: String
  ) throws(ArrayFileError) {
    try write(
      tensors, metadata: metadata, to: path, durability: .program, by: SystemFileOperations())
  }

  /// Writes such a file as `write(_:metadata:to:)`, so that a power cut leaves the old file or the new one, and the new
  /// one once this returns.
  ///
  /// - Throws: What that does, and `.unwritable` where the file is written but its folder is not known to be.
  package static func writeDurably(
    _ tensors: [String: WritableArray], metadata: [String: String], to path: String,
    by operations: any FileOperations
  ) throws(ArrayFileError) {
    try write(tensors, metadata: metadata, to: path, durability: .powerCut, by: operations)
  }

  /// Requires that such a file could be written, by a file beside it that is taken away again.
  ///
  /// - Throws: `ArrayFileError.unwritable`.
  package static func requireWritable(_ path: String) throws(ArrayFileError) {
    try OutputFile.requireWritable(path, by: SystemFileOperations())
  }

  private static func write(
    _ tensors: [String: WritableArray], metadata: [String: String], to path: String,
    durability: OutputFile.Durability, by operations: any FileOperations
  ) throws(ArrayFileError) {
    guard tensors["__metadata__"] == nil else {
      throw .unwritable(path: path, reason: "the format does not allow the name '__metadata__'")
    }
    let order = tensors.sorted {
      (-$0.value.elementType.byteCount, $0.key) < (-$1.value.elementType.byteCount, $1.key)
    }
    var members: [String] = []
    if !metadata.isEmpty {
      let entries = metadata.sorted { $0.key < $1.key }
        .map { "\(jsonString($0.key)):\(jsonString($0.value))" }
      members.append("\"__metadata__\":{\(entries.joined(separator: ","))}")
    }
    var layouts: [ArrayLayout] = []
    var offset = 0
    for (name, array) in order {
      let layout = try ArrayLayout(
        array.elementType, shape: array.shape, source: source(of: name, in: path))
      let (end, overflow) = offset.addingReportingOverflow(layout.byteCount)
      guard !overflow else {
        throw .unwritable(path: path, reason: "its tensors need more bytes than can be addressed")
      }
      members.append(
        "\(jsonString(name)):{\"dtype\":\"\(layout.elementType.safetensorsName)\","
          + "\"shape\":[\(layout.shape.map(String.init).joined(separator: ","))],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      layouts.append(layout)
      offset = end
    }

    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    guard header.count <= SafetensorsHeader.maximumLength else {
      throw .unwritable(
        path: path,
        reason: "its header would have \(header.count) bytes, the format allows "
          + "\(SafetensorsHeader.maximumLength)")
    }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    try OutputFile.write(to: path, durability: durability, by: operations) {
      file throws(ArrayFileError) in
      try file.append(length.span)
      try file.append(header.span)
      for (tensor, layout) in zip(order, layouts) {
        try tensor.value.write(file, layout.count, source(of: tensor.key, in: path))
      }
    }
  }

  private static func jsonString(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
