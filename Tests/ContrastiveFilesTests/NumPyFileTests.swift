import ContrastiveFiles
import TestSupport
import Testing

@Suite("NumPy files")
struct NumPyFileTests {
  static let shapes: [[Int]] = [[], [5], [0], [2, 3], [3, 0], [1, 1], [2, 3, 4]]

  @Test("written and read are the same", arguments: shapes)
  func roundTrip(_ shape: [Int]) throws {
    func check<Element: ArrayElement & Equatable>(_ elements: [Element]) throws {
      let directory = try TemporaryDirectory()
      let path = directory("x.npy")
      try NumPyFile.write(elements.span, shape: shape, to: path)
      let array = try NumPyFile.read(path)
      #expect(array.elementType == Element.elementType)
      #expect(array.shape == shape)
      #expect(array.source == path)
      #expect(try stored(array) == elements)
      #expect(try directory.contents == ["x.npy"])
    }
    let count = shape.reduce(1, *)
    try check((0..<count).map { Float16($0) / 8 - 1 })
    try check((0..<count).map { Float($0) / 3 - 1 })
    try check((0..<count).map { Double($0) / 3 - 1 })
    try check((0..<count).map { Int8($0) - 5 })
    try check((0..<count).map { Int16($0) * 999 - 5 })
    try check((0..<count).map { Int32($0) * 99_999 - 5 })
    try check((0..<count).map { Int64($0) << 40 - 5 })
    try check((0..<count).map { Int($0) << 40 - 5 })
    try check((0..<count).map { UInt8($0) * 10 })
    try check((0..<count).map { UInt16($0) * 999 })
    try check((0..<count).map { UInt32($0) * 99_999 })
    try check((0..<count).map { UInt64($0) << 60 })
  }

  @Test(
    "of NumPy are rewritten byte for byte",
    arguments: ["float32", "scalar", "empty", "rank1", "rank3", "uint8"])
  func rewritten(_ name: String) throws {
    let directory = try TemporaryDirectory()
    let original = try fixture("\(name).npy")
    let copy = directory("copy.npy")
    let array = try NumPyFile.read(original)
    func write<Element: ArrayElement>(_: Element.Type) throws {
      let elements = try stored(array, as: Element.self)
      try NumPyFile.write(elements.span, shape: array.shape, to: copy)
    }
    switch array.elementType {
    case .float32: try write(Float.self)
    case .float64: try write(Double.self)
    case .int64: try write(Int64.self)
    case .uint8: try write(UInt8.self)
    default: Issue.record("\(array.elementType)")
    }
    #expect(try contents(of: copy) == contents(of: original))
  }

  @Test("of NumPy are read", arguments: ["float16", "float32", "float64", "version2", "version3"])
  func floatingPoint(_ name: String) throws {
    let array = try NumPyFile.read(fixture("\(name).npy"))
    #expect(array.shape == [2, 3])
    #expect(array.elementType.rawValue == (name.hasPrefix("version") ? "float32" : name))
    #expect(array.converted(to: Double.self) == [-1.5, 0, 0.25, 1, 0x1p-24, 65504])
    #expect(array.converted(to: Float.self) == [-1.5, 0, 0.25, 1, 0x1p-24, 65504])
  }

  @Test("of integers are read")
  func integers() throws {
    func check<Element: FixedWidthInteger>(_: Element.Type, _ name: String) throws {
      let array = try NumPyFile.read(fixture("\(name).npy"))
      #expect(array.elementType.rawValue == name)
      let expected = [Element.min, 0, 1, 2, 3, Element.max]
      #expect(array.converted(to: Double.self) == expected.map { Double($0) })
      #expect(array.converted(to: Float.self) == expected.map { Float($0) })
      if Int(exactly: Element.max) != nil {
        #expect(try array.integers() == expected.map { Int($0) })
      } else {
        #expect(
          throws: ArrayFileError.integerOutOfRange(
            source: array.source, index: 5, value: "\(Element.max)")
        ) { try array.integers() }
      }
    }
    try check(Int8.self, "int8")
    try check(Int16.self, "int16")
    try check(Int32.self, "int32")
    try check(Int64.self, "int64")
    try check(UInt8.self, "uint8")
    try check(UInt16.self, "uint16")
    try check(UInt32.self, "uint32")
    try check(UInt64.self, "uint64")
  }

  @Test("may have any rank")
  func ranks() throws {
    let scalar = try NumPyFile.read(fixture("scalar.npy"))
    #expect(scalar.shape == [])
    #expect(scalar.converted(to: Double.self) == [0.07])
    let empty = try NumPyFile.read(fixture("empty.npy"))
    #expect(empty.shape == [0, 4])
    #expect(empty.converted(to: Float.self) == [])
    #expect(try NumPyFile.read(fixture("rank1.npy")).integers() == [3, 1, 4])
    let cube = try NumPyFile.read(fixture("rank3.npy"))
    #expect(cube.shape == [2, 3, 4])
    #expect(cube.converted(to: Float.self) == (0..<24).map { Float($0) })
    // Stored column by column, which for one column is row by row.
    let column = try NumPyFile.read(fixture("fortran-column.npy"))
    #expect(column.shape == [3, 1])
    #expect(column.converted(to: Float.self) == [0, 1, 2])
  }

  @Test("in Fortran order are read by value")
  func fortranOrder() throws {
    let matrix = try NumPyFile.read(fixture("fortran.npy"))
    #expect(matrix.shape == [2, 3])
    #expect(matrix.converted(to: Double.self) == [-1.5, 0, 0.25, 1, 0x1p-24, 65504])
    var row: [Float] = [0, 0, 0]
    var span = row.mutableSpan
    matrix.copyRows(1..<2, into: &span)
    #expect(row == [1, 0x1p-24, 65504])
    #expect(unsafe matrix.borrowedElements(as: Float.self) == nil)

    let cube = try NumPyFile.read(fixture("fortran-rank3.npy"))
    #expect(cube.shape == [2, 3, 4] && cube.elementType == .int16)
    #expect(try cube.integers() == Array(0..<24))
    var slice = [Double](repeating: 0, count: 12)
    var elements = slice.mutableSpan
    cube.copyRows(1..<2, into: &elements)
    #expect(slice == (12..<24).map { Double($0) })
  }

  @Test(
    "of the most significant byte first are read",
    arguments: ElementType.allCases.filter { $0 != .bool && $0 != .bfloat16 })
  func bigEndian(_ type: ElementType) throws {
    let array = try NumPyFile.read(fixture("big-endian-\(type).npy"))
    let same = try NumPyFile.read(fixture("\(type).npy"))
    #expect(array.elementType == type && array.shape == [2, 3])
    #expect(array.converted(to: Double.self) == same.converted(to: Double.self))
    if type.isInteger, type != .uint64 { #expect(try array.integers() == same.integers()) }
  }

  @Test("of truth values are read as 0 and 1")
  func truthValues() throws {
    let array = try NumPyFile.read(fixture("bool.npy"))
    #expect(array.elementType == .bool)
    #expect(array.converted(to: Float.self) == [0, 0, 1, 1, 1, 1])
    #expect(try array.integers() == [0, 0, 1, 1, 1, 1])
  }

  @Test(
    "of any number of strings without characters are refused at once", arguments: ["<U0", "|S0"])
  func emptyStrings(_ type: String) throws {
    let directory = try TemporaryDirectory()
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (1000000000000000000,)}"
    let path = try directory.write(MalformedFiles.npy(header, dataByteCount: 0), to: "x.npy")
    let error = #expect(throws: ArrayFileError.self) { try FileLabels(reading: [path]) }
    #expect(try #require(error).description.contains("'\(type)' are not supported"))
  }

  @Test("of strings end at the zeros that fill them up, and not at one within")
  func innerZeros() throws {
    let directory = try TemporaryDirectory()
    let header = "{'descr': '|S4', 'fortran_order': False, 'shape': (3,)}"
    var bytes = MalformedFiles.npy(header, dataByteCount: 12)
    bytes.replaceSubrange(bytes.count - 12..<bytes.count, with: Array("a\0b\0a\0c\0a\0\0\0".utf8))
    let labels = try FileLabels(reading: [try directory.write(bytes, to: "x.npy")])
    #expect(labels.names == ["a\0b", "a\0c", "a"] && labels.numbers == [[0, 1, 2]])
  }

  @Test("of truth values are called as texts beside them are")
  func truthsBesideTexts() throws {
    let directory = try TemporaryDirectory()
    let header = "{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}"
    var bytes = MalformedFiles.npy(header, dataByteCount: 3)
    bytes.replaceSubrange(bytes.count - 3..<bytes.count, with: [0, 1, 0])
    let numbers = try directory.write(bytes, to: "x.npy")
    let texts = try directory.write(Array("True\nFalse\nTrue\n".utf8), to: "x.txt")
    #expect(try FileLabels(reading: [numbers, texts]).numbers == [[0, 1, 0], [1, 0, 1]])
    #expect(try FileLabels(reading: [texts, numbers]).names == ["True", "False"])
  }

  @Test("lose dimensions of one element where fewer are wanted")
  func units() throws {
    #expect(try NumPyFile.read(fixture("middle.npy")).shape == [2, 1, 3])
    let rows = try NumPyFile.read(fixture("middle.npy")).withRank(2)
    #expect(rows.shape == [2, 3])
    #expect(rows.converted(to: Double.self) == [-1.5, 0, 0.25, 1, 0x1p-24, 65504])
    let column = try NumPyFile.read(fixture("column.npy"))
    #expect(column.shape == [3, 1])
    #expect(try column.withRank(1).shape == [3])
    #expect(try column.withRank(1).integers() == [3, 1, 4])
    #expect(throws: ArrayFileError.self) { try NumPyFile.read(fixture("float32.npy")).withRank(1) }
    #expect(throws: ArrayFileError.self) { try NumPyFile.read(fixture("rank1.npy")).withRank(2) }

    let directory = try TemporaryDirectory()
    for (shape, rank, expected) in [
      ([1, 1, 4], 2, [1, 4]), ([4, 1, 1], 2, [4, 1]), ([1, 4, 1], 2, [4, 1]), ([1, 4], 1, [4]),
      ([1, 1], 1, [1]), ([2, 1, 2, 1], 2, [2, 2]),
    ] {
      try NumPyFile.write(
        [1, 2, 3, 4].span.extracting(first: shape.reduce(1, *)), shape: shape,
        to: directory("x.npy"))
      #expect(try NumPyFile.read(directory("x.npy")).withRank(rank).shape == expected)
    }
  }

  @Test(
    "of other kinds are refused",
    arguments: [
      ("complex", "'<c8'"), ("string", "'<U1'"), ("record", "record"),
      ("object", "allow_pickle=True"), ("bfloat16", "'<V2'"),
    ])
  func refused(_ name: String, _ text: String) throws {
    let error = #expect(throws: ArrayFileError.self) { try NumPyFile.read(fixture("\(name).npy")) }
    #expect(try #require(error).description.contains(text))
  }

  @Test(
    "may spell their header in other ways",
    arguments: [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
      // Python 2's.
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }",
      "{\"shape\": (2, 3,), \"descr\": \"<f4\", \"fortran_order\": False,}\n",
      "{'shape':(2,3),'fortran_order':False,'descr':'=f4'}          \n",
      " { 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , 3 ) , } \n",
    ])
  func spelling(_ header: String) throws {
    let directory = try TemporaryDirectory()
    for version in [1, 2, 3] as [UInt8] {
      let path = try directory.write(MalformedFiles.npy(header, version: version), to: "x.npy")
      #expect(try NumPyFile.read(path).shape == [2, 3])
    }
  }

  @Test("take any order sign for single bytes", arguments: ["|", "<", "=", ">"])
  func singleBytes(_ sign: String) throws {
    let directory = try TemporaryDirectory()
    let header = "{'descr': '\(sign)i1', 'fortran_order': False, 'shape': (3,)}"
    let path = try directory.write(MalformedFiles.npy(header, dataByteCount: 3), to: "x.npy")
    #expect(try NumPyFile.read(path).integers() == [0, 1, 2])
  }

  @Test("are written row by row, with rows of any size", arguments: [0, 1, 100, 20_000])
  func rows(columnCount: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory("rows.npy")
    let rows = (0..<7).map { row in (0..<columnCount).map { Float(row * columnCount + $0) } }
    try NumPyFile.write(Float.self, shape: [7, columnCount], to: path) {
      output throws(ArrayFileError) in
      for row in rows { try output.append(row.span) }
    }
    #expect(try NumPyFile.read(path).converted(to: Float.self) == rows.flatMap { $0 })
  }
}
