import ContrastiveEmbeddings

/// Files that no reader may accept, one for each way to be wrong.
package struct MalformedFile: Sendable, CustomStringConvertible {
  /// What is wrong, fit for a file name.
  package let name: String

  /// The file name's suffix, with the dot.
  package let suffix: String

  package let bytes: [UInt8]

  package var description: String { name + suffix }
}

/// The generator of malformed files.
package enum MalformedFiles {
  /// All kinds, each once; the seed chooses where bytes are cut and damaged.
  package static func all(seed: UInt64) -> [MalformedFile] {
    var generator = SeededGenerator(seed: seed)
    return numPy(&generator) + safetensors(&generator) + archives(&generator) + texts
      + vectors(&generator)
  }

  /// A `.npy` file of a header text and bytes of data.
  package static func npy(
    _ header: String, dataByteCount: Int = 24, version: UInt8 = 1, claiming length: Int? = nil
  ) -> [UInt8] {
    let text = Array(header.utf8)
    let lengthSize = version == 1 ? 2 : 4
    return [0x93] + Array("NUMPY".utf8) + [version, 0]
      + littleEndian(length ?? text.count, byteCount: lengthSize) + text
      + data(dataByteCount)
  }

  /// A `.safetensors` file of a header text and bytes of data.
  package static func safetensors(
    _ header: String, dataByteCount: Int = 24, claiming length: Int? = nil
  ) -> [UInt8] {
    let text = Array(header.utf8)
    return littleEndian(length ?? text.count, byteCount: 8) + text + data(dataByteCount)
  }

  private static func data(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0) }
  }

  static func littleEndian(_ value: Int, byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A valid header, one of whose parts may be replaced.
  private static func numPyHeader(
    type: String = "'<f4'", order: String = "False", shape: String = "(2, 3)"
  ) -> String {
    "{'descr': \(type), 'fortran_order': \(order), 'shape': \(shape), }\n"
  }

  private static func numPy(_ generator: inout SeededGenerator) -> [MalformedFile] {
    let good = npy(numPyHeader())
    let textRange = 10..<good.count - 24
    var files: [(String, [UInt8])] = [
      ("empty", []),
      ("magic-only", Array(good.prefix(6))),
      ("text", Array("0.1,0.2,0.3\n".utf8)),
      ("wrong-magic", [0x92] + good.dropFirst()),
      ("cut-in-header", Array(good.prefix(.random(in: textRange, using: &generator)))),
      ("cut-in-data", good.dropLast(.random(in: 1...24, using: &generator))),
      ("trailing-bytes", good + [0]),
      ("two-arrays", good + good),
      ("version-0", npy(numPyHeader(), version: 0)),
      ("version-9", npy(numPyHeader(), version: 9)),
      ("minor-version", good.enumerated().map { $0.offset == 7 ? 1 : $0.element }),
      ("header-length-past-end", npy(numPyHeader(), claiming: 0xFFFF)),
      ("header-length-4-gigabytes", npy(numPyHeader(), version: 2, claiming: 0xFFFF_FFFF)),
      ("header-length-0", npy(numPyHeader(), claiming: 0)),
      ("header-length-short", npy(numPyHeader(), claiming: 20)),
      ("header-length-long", npy(numPyHeader(), claiming: textRange.count + 24)),
    ]
    for (name, byte) in [("non-ascii", UInt8(0x80)), ("nul", 0)] {
      var damaged = good
      // The final line feed is padding, where a NUL is as wrong as elsewhere.
      damaged[.random(in: textRange, using: &generator)] = byte
      files.append(("byte-\(name)-in-header", damaged))
    }
    let types = [
      "big-endian-other-size": "'>f8'", "bool-other-size": "'|b1'", "complex": "'<c8'",
      "object": "'|O'",
      "string": "'<U4'", "void": "'<V2'", "float128": "'<f16'", "no-order": "'f4'",
      "bar-order": "'|f4'", "record": "[('x', '<f4')]", "subarray": "('<f4', (2,))",
      "empty-type": "''", "type-number": "4", "type-escape": "'\\x3cf4'",
    ]
    files += types.sorted { $0.key < $1.key }.map {
      ("type-\($0.key)", npy(numPyHeader(type: $0.value)))
    }
    let shapes = [
      "missing-comma": "(6)", "negative": "(-2, 3)", "fraction": "(2.0, 3)", "list": "[2, 3]",
      "overflow": "(4294967296, 4294967296)", "overflow-bytes": "(4611686018427387904,)",
      "overflow-behind-zero": "(0, 4294967296, 4294967296)",
      "overflow-digits": "(99999999999999999999,)", "huge": "(2305843009213693951,)",
      "too-large": "(3, 3)", "too-small": "(1, 3)", "bool": "(True, 3)", "long": "(2l, 3LL)",
      "leading-zero": "(02, 3)", "double-comma": "(2,, 3)", "unclosed": "(2, 3", "none": "None",
      "too-many-dimensions": "(\(String(repeating: "1, ", count: 65)))", "scalar": "()",
    ]
    files += shapes.sorted { $0.key < $1.key }.map {
      ("shape-\($0.key)", npy(numPyHeader(shape: $0.value)))
    }
    let headers = [
      "order-number": numPyHeader(order: "0"),
      "order-none": numPyHeader(order: "None"), "empty-dictionary": "{}", "blank": "   \n",
      "no-type": "{'fortran_order': False, 'shape': (2, 3)}",
      "no-order": "{'descr': '<f4', 'shape': (2, 3)}",
      "no-shape": "{'descr': '<f4', 'fortran_order': False}",
      "twice": "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
      "unknown-key": "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1}",
      "json": "{\"descr\": \"<f4\", \"fortran_order\": false, \"shape\": [2, 3]}",
      "not-a-dictionary": "('<f4', False, (2, 3))", "unclosed": "{'descr': '<f4'",
      "unclosed-string": "{'descr", "long-key": "{'\(String(repeating: "k", count: 60_000))': 1}",
      "code": numPyHeader() + "__import__('os')",
    ]
    files += headers.sorted { $0.key < $1.key }.map { ("header-\($0.key)", npy($0.value)) }
    return files.map { MalformedFile(name: "npy-\($0.0)", suffix: ".npy", bytes: $0.1) }
  }

  /// A valid header, one of whose parts may be replaced.
  private static func tensorHeader(
    type: String = "\"F32\"", shape: String = "[2,3]", offsets: String = "[0,24]",
    others: String = ""
  ) -> String {
    "{\"x\":{\"dtype\":\(type),\"shape\":\(shape),\"data_offsets\":\(offsets)}\(others)}"
  }

  private static func safetensors(_ generator: inout SeededGenerator) -> [MalformedFile] {
    let header = tensorHeader()
    let good = safetensors(header)
    let textRange = 8..<good.count - 24
    var damaged = good
    damaged[.random(in: textRange, using: &generator)] = 0xFF
    var files: [(String, [UInt8])] = [
      ("empty", []),
      ("cut-in-length", Array(good.prefix(7))),
      ("length-only", Array(good.prefix(8))),
      ("cut-in-header", Array(good.prefix(.random(in: textRange, using: &generator)))),
      ("cut-in-data", good.dropLast(.random(in: 1...24, using: &generator))),
      ("trailing-bytes", good + [0]),
      ("header-length-0", safetensors("", claiming: 0)),
      ("header-length-past-end", safetensors(header, claiming: 1000)),
      ("header-length-huge", safetensors(header, claiming: .max)),
      ("header-length-negative", safetensors(header, claiming: -1)),
      ("header-length-short", safetensors(header, claiming: header.utf8.count - 1)),
      ("header-length-long", safetensors(header, claiming: header.utf8.count + 1)),
      ("byte-in-header", damaged),
      ("deep", safetensors(tensorHeader(others: ",\"y\":\(nested(100_000))"))),
      ("deep-inside", safetensors("{\"x\":{\"z\":\(nested(100_000))}}")),
    ]
    func tensor(_ begin: Int, _ end: Int) -> String {
      ",\"y\":{\"dtype\":\"U8\",\"shape\":[\(end - begin)],\"data_offsets\":[\(begin),\(end)]}"
    }
    let headers = [
      "long-name": "{\"\(String(repeating: "k", count: 100_000))\":{\"dtype\":\"F31\","
        + "\"shape\":[2,3],\"data_offsets\":[0,24]}}",
      "long-type": tensorHeader(type: "\"\(String(repeating: "F", count: 100_000))\""),
      "leading-space": " " + header, "array": "[1]", "unclosed": String(header.dropLast()),
      "text-behind": header + "x", "no-tensor": "{}", "number-tensor": "{\"x\":1}",
      "trailing-comma": String(header.dropLast()) + ",}", "single-quotes": "{'x':1}",
      "twice": tensorHeader(others: "," + header.dropFirst().dropLast()),
      "no-type": "{\"x\":{\"shape\":[2,3],\"data_offsets\":[0,24]}}",
      "no-shape": "{\"x\":{\"dtype\":\"F32\",\"data_offsets\":[0,24]}}",
      "no-offsets": "{\"x\":{\"dtype\":\"F32\",\"shape\":[2,3]}}",
      "metadata-number": tensorHeader(others: ",\"__metadata__\":{\"a\":1}"),
      "metadata-text": tensorHeader(others: ",\"__metadata__\":\"a\""),
      "lone-surrogate": tensorHeader(others: ",\"__metadata__\":{\"a\":\"\\ud800\"}"),
      "half-surrogate": tensorHeader(others: ",\"__metadata__\":{\"a\":\"\\ud800\\u0041\"}"),
      "low-surrogate": tensorHeader(others: ",\"__metadata__\":{\"a\":\"\\udc00\"}"),
      "bad-escape": tensorHeader(others: ",\"__metadata__\":{\"a\":\"\\x\"}"),
      "bad-hexadecimal": tensorHeader(others: ",\"__metadata__\":{\"a\":\"\\u00g0\"}"),
      "line-feed-in-string": tensorHeader(others: ",\"__metadata__\":{\"a\":\"\n\"}"),
      "overlap": tensorHeader(others: tensor(20, 24)),
      "same-bytes": tensorHeader(others: tensor(0, 24)),
      "gap": tensorHeader(shape: "[2,2]", offsets: "[0,16]", others: tensor(20, 24)),
      "gap-first": tensorHeader(shape: "[2,2]", offsets: "[8,24]"),
      "type-unknown": tensorHeader(type: "\"F31\""),
      "type-lower-case": tensorHeader(type: "\"f32\""),
      "type-bool-other-size": tensorHeader(type: "\"BOOL\"", shape: "[2,3]"),
      "type-number": tensorHeader(type: "32"), "type-other-size": tensorHeader(type: "\"F64\""),
      "shape-too-large": tensorHeader(shape: "[2,4]"),
      "shape-negative": tensorHeader(shape: "[-2,-3]"),
      "shape-text": tensorHeader(shape: "\"2,3\""),
      "shape-fraction": tensorHeader(shape: "[2.0,3]"),
      "shape-exponent": tensorHeader(shape: "[2e0,3]"),
      "shape-overflow": tensorHeader(shape: "[4294967296,4294967296]"),
      "shape-overflow-bytes": tensorHeader(shape: "[4611686018427387910]"),
      "shape-digits": tensorHeader(shape: "[99999999999999999999]"),
      "shape-leading-zero": tensorHeader(shape: "[02,3]"),
      "shape-trailing-comma": tensorHeader(shape: "[2,3,]"),
      "offsets-reversed": tensorHeader(offsets: "[24,0]"),
      "offsets-one": tensorHeader(offsets: "[24]"),
      "offsets-three": tensorHeader(offsets: "[0,24,24]"),
      "offsets-past-end": tensorHeader(shape: "[2,4]", offsets: "[0,32]"),
      "offsets-huge": tensorHeader(
        type: "\"U8\"", shape: "[1152921504606846975]", offsets: "[0,1152921504606846975]"),
      "shape-overflow-bits": tensorHeader(
        type: "\"U8\"", shape: "[1152921504606846976]", offsets: "[0,1152921504606846976]"),
      "type-other-unsupported-size": tensorHeader(type: "\"F8_E4M3\""),
      "type-within-a-byte": tensorHeader(type: "\"F4\"", shape: "[47]"),
      "offsets-short": tensorHeader(shape: "[2,2]", offsets: "[0,16]"),
    ]
    files += headers.sorted { $0.key < $1.key }.map { ("header-\($0.key)", safetensors($0.value)) }
    return files.map {
      MalformedFile(name: "safetensors-\($0.0)", suffix: ".safetensors", bytes: $0.1)
    }
  }

  private static func nested(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }
}
