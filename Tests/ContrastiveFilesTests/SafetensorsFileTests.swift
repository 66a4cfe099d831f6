import ContrastiveFiles
import TestSupport
import Testing

@Suite("Safetensors files")
struct SafetensorsFileTests {
  @Test("of the official library are read")
  func official() throws {
    let file = try SafetensorsFile(fixture("all.safetensors"))
    #expect(file.metadata == ["format": "np", "note": "τ = 0.07\n\"quoted\"\\"])
    #expect(file.names.first == "uint64")
    #expect(file.names.count == 16)

    for name in ["float16", "float32", "float64"] {
      let array = try file.tensor(name)
      #expect(array.elementType.rawValue == name)
      #expect(array.shape == [2, 3])
      #expect(array.converted(to: Double.self) == [-1.5, 0, 0.25, 1, 0x1p-24, 65504])
    }
    #expect(
      try file.tensor("bfloat16").converted(to: Float.self)
        == [-1.5, 0, 0.25, 1, 0x1p-24, 65280])
    #expect(try file.tensor("int8").integers() == [-128, 0, 1, 2, 3, 127])
    #expect(try file.tensor("int16").integers() == [-32768, 0, 1, 2, 3, 32767])
    #expect(try file.tensor("int32").integers().last == 2_147_483_647)
    #expect(try file.tensor("int64").integers() == [.min, 0, 1, 2, 3, .max])
    #expect(try file.tensor("uint8").integers() == [0, 0, 1, 2, 3, 255])
    #expect(try file.tensor("uint16").integers().last == 65535)
    #expect(try file.tensor("uint32").integers().last == 4_294_967_295)
    #expect(try file.tensor("uint64").converted(to: Double.self).last == 0x1p64)
    #expect(try file.tensor("scalar").converted(to: Double.self) == [0.07])
    #expect(try file.tensor("scalar").shape == [])
    #expect(try file.tensor("empty").shape == [0, 4])
    #expect(try file.tensor("mask").elementType == .bool)
    #expect(try file.tensor("mask").integers() == [0, 0, 1, 1, 1, 1])
    #expect(try file.tensor("naïve \"κ\"\n").integers() == [0, 1, 2])
  }

  @Test("of PyTorch are read, and rewritten byte for byte")
  func pyTorch() throws {
    let original = try fixture("torch.safetensors")
    let file = try SafetensorsFile(original)
    #expect(file.metadata == ["format": "pt"])
    #expect(try file.tensor("0.weight").shape == [2, 3])
    let thirds = (0..<6).map { Float($0) / 3 - 1 }
    #expect(try file.tensor("0.weight").converted(to: Float.self) == thirds)
    #expect(try file.tensor("0.bias").converted(to: Float.self) == Array(thirds[..<2]))
    #expect(try file.tensor("2.weight").converted(to: Float.self) == Array(thirds[..<4]))
    #expect(try file.tensor("half").converted(to: Float.self) == [-1.5, 0x1p-24, 65504])
    #expect(try file.tensor("step").shape == [] && file.tensor("step").integers() == [7])

    var arrays: [String: WritableArray] = [:]
    for name in file.names {
      let array = try file.tensor(name)
      switch array.elementType {
      case .float32: arrays[name] = .init(try stored(array, as: Float.self), shape: array.shape)
      case .float16: arrays[name] = .init(try stored(array, as: Float16.self), shape: array.shape)
      default: arrays[name] = .init(try stored(array, as: Int64.self), shape: array.shape)
      }
    }
    let directory = try TemporaryDirectory()
    let copy = directory("copy.safetensors")
    try SafetensorsFile.write(arrays, metadata: file.metadata, to: copy)
    #expect(try contents(of: copy) == contents(of: original))
  }

  @Test("name their tensors in errors")
  func errors() throws {
    let file = try SafetensorsFile(fixture("all.safetensors"))
    let error = #expect(throws: ArrayFileError.self) { try file.tensor("weight") }
    #expect(try #require(error).description.contains("no tensor 'weight'; it holds uint64, int64"))
    #expect(try #require(error).description.hasSuffix("… (16 in all)"))
  }

  @Test("written and read are the same", arguments: NumPyFileTests.shapes)
  func roundTrip(_ shape: [Int]) throws {
    let directory = try TemporaryDirectory()
    let path = directory("x.safetensors")
    let count = shape.reduce(1, *)
    let integers = Array(0..<count)
    let arrays: [String: WritableArray] = [
      "half": .init(integers.map { Float16($0) }, shape: shape),
      "float": .init(integers.map { Float($0) }, shape: shape),
      "double": .init(integers.map { Double($0) }, shape: shape),
      "int": .init(integers, shape: shape),
      "int8": .init(integers.map { Int8($0) }, shape: shape),
      "int16": .init(integers.map { Int16($0) }, shape: shape),
      "int32": .init(integers.map { Int32($0) }, shape: shape),
      "int64": .init(integers.map { Int64($0) }, shape: shape),
      "uint8": .init(integers.map { UInt8($0) }, shape: shape),
      "uint16": .init(integers.map { UInt16($0) }, shape: shape),
      "uint32": .init(integers.map { UInt32($0) }, shape: shape),
      "uint64": .init(integers.map { UInt64($0) }, shape: shape),
    ]
    try SafetensorsFile.write(arrays, to: path)
    let file = try SafetensorsFile(path)
    #expect(file.metadata == [:])
    #expect(Set(file.names) == Set(arrays.keys))
    for name in file.names {
      let array = try file.tensor(name)
      #expect(array.shape == shape)
      #expect(array.converted(to: Double.self) == integers.map { Double($0) })
      if array.elementType.isInteger { #expect(try array.integers() == integers) }
    }
    // Borrowing requires aligned elements.
    #expect(try contents(of: path)[0].isMultiple(of: 8))
    #expect(try stored(file.tensor("double"), as: Double.self) == integers.map { Double($0) })
    #expect(try stored(file.tensor("int16"), as: Int16.self) == integers.map { Int16($0) })
    #expect(try directory.contents == ["x.safetensors"])
  }

  @Test("keep any name and metadata, in the same bytes each time")
  func names() throws {
    let directory = try TemporaryDirectory()
    let strings = ["", "a\"b\\c", "\n\t\0\u{1F}", "é κ 🙂", "/"]
    let arrays = Dictionary(
      uniqueKeysWithValues: strings.map { ($0, WritableArray([Float($0.count)], shape: [1])) })
    let metadata = Dictionary(uniqueKeysWithValues: zip(strings, strings.reversed()))
    try SafetensorsFile.write(arrays, metadata: metadata, to: directory("a.safetensors"))
    try SafetensorsFile.write(arrays, metadata: metadata, to: directory("b.safetensors"))
    let file = try SafetensorsFile(directory("a.safetensors"))
    #expect(file.metadata == metadata)
    #expect(file.names == strings.sorted())
    for name in strings {
      #expect(try file.tensor(name).converted(to: Float.self) == [Float(name.count)])
    }
    #expect(
      try contents(of: directory("a.safetensors")) == contents(of: directory("b.safetensors")))
  }

  @Test("may hold any JSON that means the same")
  func json() throws {
    let directory = try TemporaryDirectory()
    let text = #"""
      {"\u0078\ud83d\ude42\/\b\f\n\r\t\"\\" : {"data_offsets" : [ 0 , 24 ],
       "extra": [null, true, false, -0.5e+10, 0, 12E3, "[\u00e9", {"a": {}, "b": []}],
       "shape":[2,3],"dtype":"F32"} , "__metadata__":{ } }
      """#
    let bytes = MalformedFiles.safetensors(text + "   ")
    let file = try SafetensorsFile(directory.write(bytes, to: "x.safetensors"))
    #expect(file.names == ["x🙂/\u{8}\u{C}\n\r\t\"\\"])
    #expect(try file.tensor(file.names[0]).shape == [2, 3])
  }

  @Test(
    "refuse what is no JSON, even where it does not matter",
    arguments: [
      "01", "-", ".5", "1.", "1e", "+1", "nul", "True", "[1,]", "[,1]", "{\"a\"}", "{\"a\":1,}",
      "{\"a\":1,\"a\":2}", "\"", "'a'", "NaN", "", "[1 2]", "--1", "1.5.5", "\"\u{1}\"",
    ])
  func notJSON(_ value: String) throws {
    let directory = try TemporaryDirectory()
    let text =
      "{\"x\":{\"extra\":\(value),\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[0,24]}}"
    let path = try directory.write(MalformedFiles.safetensors(text), to: "x.safetensors")
    let error = #expect(throws: ArrayFileError.self) { try SafetensorsFile(path) }
    guard case .malformedHeader = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("do not take the metadata's name for a tensor's")
  func reservedName() throws {
    let directory = try TemporaryDirectory()
    #expect(throws: ArrayFileError.self) {
      try SafetensorsFile.write(
        ["__metadata__": WritableArray([1.0], shape: [1])], to: directory("x.safetensors"))
    }
    #expect(try directory.contents == [])
  }
}
