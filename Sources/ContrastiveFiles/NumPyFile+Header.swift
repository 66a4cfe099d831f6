extension NumPyFile {
  /// What a header's dictionary says.
  struct Header {
    /// The type as spelt in the file, for example `<f4`.
    let typeName: String
    let order: ArrayLayout.Order
    let shape: [Int]

    /// The type and its byte order; nil if it is not among ``ElementType``'s.
    ///
    /// Single bytes have no order, and NumPy takes any sign for them.
    var elementType: (type: ElementType, isBigEndian: Bool)? {
      let type = ElementType.allCases.first { $0.numPyName == String(typeName.dropFirst()) }
      guard let type, let order = typeName.first else { return nil }
      return switch order {
      case "<", "=": (type, false)
      case ">": (type, true)
      case "|" where type.byteCount == 1: (type, false)
      default: nil
      }
    }

    /// How many bytes the elements have; nil if they are of a kind that is not read.
    func byteCount(source: String) throws(ArrayFileError) -> Int? {
      if let type = elementType?.type {
        return try ArrayLayout(type, shape: shape, source: source).byteCount
      }
      return try layoutOfTexts(source: source)?.layout.byteCount
    }
  }

  /// Reads a header's dictionary.
  ///
  /// The grammar is the part of Python's that `numpy.save` can produce for the element types read
  /// here: strings in either quotes without escapes, `True`, `False` and tuples of whole numbers, those of Python 2 among them.
  static func dictionary(
    _ text: Span<UInt8>, path: String
  ) throws(ArrayFileError) -> Header {
    var scanner = ByteScanner(text, path: path)
    var typeName: String?
    var isFortranOrder: Bool?
    var shape: [Int]?

    try scanner.expect("{")
    while !scanner.accept("}") {
      let key = try scanner.pythonString()
      try scanner.expect(":")
      switch key {
      case "descr" where typeName == nil:
        typeName = try scanner.numPyTypeName(path: path)
      case "fortran_order" where isFortranOrder == nil:
        isFortranOrder = try scanner.pythonBool()
      case "shape" where shape == nil:
        shape = try scanner.pythonTuple()
      case "descr", "fortran_order", "shape":
        throw scanner.malformed("the key '\(key)' is there twice")
      default:
        throw scanner.malformed("the key '\(ArrayFileError.excerpt(key))' is unknown")
      }
      if !scanner.accept(",") {
        try scanner.expect("}")
        break
      }
    }
    try scanner.expectEnd()

    guard let typeName, let isFortranOrder, let shape else {
      throw .malformedHeader(
        path: path, reason: "expected the keys 'descr', 'fortran_order' and 'shape'")
    }
    return Header(typeName: typeName, order: isFortranOrder ? .columns : .rows, shape: shape)
  }

  /// All that precedes the elements, as NumPy writes it: version 1.0, the elements aligned to 64
  /// bytes.
  ///
  /// At most 64 dimensions of at most 19 digits never need version 2.0's longer headers.
  static func header(_ layout: ArrayLayout, path: String) throws(ArrayFileError) -> [UInt8] {
    guard let name = layout.elementType.numPyName else {
      throw .unsupportedElementType(source: path, name: layout.elementType.rawValue)
    }
    let order = layout.elementType.byteCount == 1 ? "|" : "<"
    let extents = layout.shape.map(String.init).joined(separator: ", ")
    let shape = layout.shape.count == 1 ? "(\(extents),)" : "(\(extents))"
    var text = "{'descr': '\(order)\(name)', 'fortran_order': False, 'shape': \(shape), }"
    let textStart = magic.count + 4
    let unpadded = textStart + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = text.utf8.count
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }
}

extension ByteScanner {
  @_lifetime(self: copy self)
  fileprivate mutating func pythonString() throws(ArrayFileError) -> String {
    let quote: Unicode.Scalar = peek() == UInt8(ascii: "\"") ? "\"" : "'"
    try expect(quote)
    var string = ""
    while let byte = next, byte != UInt8(ascii: quote) {
      guard (0x20..<0x7F).contains(byte), byte != UInt8(ascii: "\\") else {
        throw expected("a plain ASCII string")
      }
      string.unicodeScalars.append(Unicode.Scalar(byte))
      _ = read()
    }
    try expect(quote)
    return string
  }

  @_lifetime(self: copy self)
  fileprivate mutating func pythonBool() throws(ArrayFileError) -> Bool {
    switch word() {
    case "True": true
    case "False": false
    default: throw expected("True or False")
    }
  }

  /// Reads a tuple, in which only a single element needs the comma after it.
  @_lifetime(self: copy self)
  fileprivate mutating func pythonTuple() throws(ArrayFileError) -> [Int] {
    var elements: [Int] = []
    try expect("(")
    while !accept(")") {
      elements.append(try naturalNumber())
      // Of a long number in Python 2.
      if next == UInt8(ascii: "L") { _ = read() }
      if accept(",") { continue }
      guard elements.count > 1 else { throw expected("',' after a tuple's one element") }
      try expect(")")
      break
    }
    return elements
  }

  /// Reads an element type, such as `'<f4'`.
  @_lifetime(self: copy self)
  fileprivate mutating func numPyTypeName(path: String) throws(ArrayFileError) -> String {
    if let byte = peek(), byte == UInt8(ascii: "[") || byte == UInt8(ascii: "(") {
      throw .unsupportedElementType(source: path, name: "record")
    }
    return try pythonString()
  }
}
