extension FileFormat {
  static let zipMagic: [UInt8] = Array("PK".utf8)
  static let gzipMagic: [UInt8] = [0x1F, 0x8B, 0x08]

  /// How much of a beginning tells text from what is none.
  static let recognisedByteCount = 4096

  /// The format of a file, by what is in it, and by its name where the contents leave that open.
  ///
  /// Names lie and get lost, so that bytes that only one format begins with count more. The formats of rows with
  /// their length have no such bytes, and anything may be text.
  ///
  /// - Parameters:
  ///   - bytes: The file, or its first `recognisedByteCount` bytes.
  ///   - source: What it is called in errors.
  ///   - name: The file's name, without the suffix of a compression.
  ///   - use: What it is wanted for: texts of a `.txt` may begin with a bracket.
  /// - Throws: `ArrayFileError.unreadFormat` for what is known and not read, and for other binary files.
  init(
    of bytes: Span<UInt8>, source: String, named name: String, for use: TableUse = .rows
  ) throws(ArrayFileError) {
    let named = FileFormat(named: name)
    if bytes.hasBytes(NumPyFile.magic) {
      self = .numPy
    } else if bytes.hasBytes(Self.zipMagic + [3, 4]) || bytes.hasBytes(Self.zipMagic + [5, 6]) {
      self = .numPyArchive
    } else if let foreign = ForeignFormat(bytes, named: name), foreign == .gitLFS {
      throw foreign.error(path: source)
    } else if let named, named == .vectors || named == .points {
      self = named
    } else if SafetensorsHeader.mayBegin(bytes) {
      self = .safetensors
    } else if let foreign = ForeignFormat(bytes, named: name) {
      throw foreign.error(path: source)
    } else if let named, [.numPy, .numPyArchive, .safetensors].contains(named) {
      // Its reader says what is wrong with it.
      self = named
    } else if bytes.count == 0 {
      throw .malformedHeader(path: source, reason: "the file is empty")
    } else if let text = FileFormat(text: bytes, named: named, for: use) {
      self = text
    } else {
      throw ForeignFormat.numbers.error(path: source)
    }
  }

  /// The format of a text; nil for what is none.
  private init?(text bytes: Span<UInt8>, named: FileFormat?, for use: TableUse) {
    for index in 0..<min(bytes.count, Self.recognisedByteCount) where bytes[index] == 0 {
      return nil
    }
    guard
      String(validating: bytes.prefixOfCharacters(Self.recognisedByteCount), as: UTF8.self) != nil
    else {
      // A damaged text's reader names the line.
      guard let named, [.table, .text, .json].contains(named) else { return nil }
      self = named
      return
    }
    var start = TextLines.byteOrderMark(bytes)
    while start < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[start]) { start += 1 }
    let isJSON =
      start < bytes.count
      && (bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "["))
    switch named {
    case .safetensorsIndex, .table, .json: self = named ?? .text
    case .text where use == .texts: self = .text
    // Labels may be in brackets, and then they are no numbers.
    case .text:
      self = isJSON && start + 1 < bytes.count && Self.beginsJSON(bytes[start + 1]) ? .json : .text
    default: self = isJSON ? .json : .text
    }
  }
}

extension FileFormat {
  /// Whether a byte may follow the bracket of an array of rows or numbers, or of an object.
  private static func beginsJSON(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || Array("-[{\" \t\r\n".utf8).contains(byte)
  }
}

extension Span<UInt8> {
  /// At most as many bytes from the start as given, without a part of a character at their end.
  fileprivate func prefixOfCharacters(_ limit: Int) -> [UInt8] {
    var end = Swift.min(limit, count)
    while end < count, end > 0, self[end] & 0xC0 == 0x80 { end -= 1 }
    return (0..<end).map { self[$0] }
  }
}
