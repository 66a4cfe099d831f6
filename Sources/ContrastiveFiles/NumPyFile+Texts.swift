extension NumPyFile {
  /// The array, or its texts if it is one of strings: `<U5` or `|S5`.
  static func values(_ file: FileRegion) throws(ArrayFileError) -> FileValues {
    let (header, dataStart) = try header(file.span, path: file.source)
    guard let (isUnicode, layout) = try header.layoutOfTexts(source: file.source),
      let length = layout.shape.last
    else { return .numbers(try read(file)) }
    try requireByteCount(layout.byteCount, shape: header.shape, from: dataStart, in: file)
    let error = ArrayFileError.unsupportedElementType(
      source: file.source, name: "'\(header.typeName)'")
    // A vector's order is the same both ways.
    guard header.shape.count(where: { $0 != 1 }) <= 1 else { throw error }
    let codes = try FileArray(
      source: file.source, layout: layout, bytes: file.bytes,
      byteOffset: file.range.lowerBound + dataStart
    ).integers()
    let count = header.shape.reduce(1, *)
    var texts: [String] = []
    for index in 0..<count {
      let characters = codes[index * length..<(index + 1) * length]
      // NumPy fills the rest with zeros; one before the last character is part of the text.
      let end = characters.lastIndex { $0 != 0 }.map { $0 + 1 } ?? characters.startIndex
      let used = characters[..<end]
      texts.append(try text(used, isUnicode: isUnicode, source: file.source, row: index))
    }
    return .texts(texts, error)
  }

  private static func text(
    _ codes: ArraySlice<Int>, isUnicode: Bool, source: String, row: Int
  ) throws(ArrayFileError) -> String {
    var text = ""
    if isUnicode {
      for code in codes {
        guard let scalar = UInt32(exactly: code).flatMap({ Unicode.Scalar($0) }) else {
          throw .damaged(source: source, reason: "string \(row) holds no Unicode")
        }
        text.unicodeScalars.append(scalar)
      }
      return text
    }
    guard let text = String(validating: codes.map { UInt8($0) }, as: UTF8.self) else {
      throw .damaged(source: source, reason: "string \(row) is not UTF-8")
    }
    return text
  }
}

extension NumPyFile.Header {
  /// The layout of the characters of texts, a text along the last dimension; nil if the elements are no texts.
  func layoutOfTexts(
    source: String
  ) throws(ArrayFileError) -> (isUnicode: Bool, layout: ArrayLayout)? {
    let type = typeName.dropFirst()
    guard let kind = type.first, kind == "U" || kind == "S", let length = Int(type.dropFirst()),
      // Any number of strings without characters take no bytes.
      length > 0, let order = typeName.first, "<>=|".contains(order)
    else { return nil }
    // Characters are 32 bits wide, or 8.
    return (
      kind == "U",
      try ArrayLayout(
        kind == "U" ? .uint32 : .uint8, shape: shape + [length], isBigEndian: order == ">",
        source: source)
    )
  }
}
