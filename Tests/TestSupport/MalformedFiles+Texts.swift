import ContrastiveEmbeddings

extension MalformedFiles {
  static var texts: [MalformedFile] {
    let nested = String(repeating: "[", count: 100_000)
    let files: [(String, String, String)] = [
      ("csv-empty", ".csv", ""),
      ("csv-blank", ".csv", "\n\n"),
      ("csv-header-only", ".csv", "b,c\n"),
      ("csv-ragged", ".csv", "1,2,3\n\n4,5\n"),
      ("csv-too-wide", ".csv", "1,2,3\n4,5,6,7\n"),
      ("csv-word", ".csv", "1,2\n3,4\n5,x\n"),
      ("csv-gap", ".csv", "1,2\n3,\n"),
      ("csv-hexadecimal", ".csv", "1,2\n3,0x10\n"),
      ("csv-two-points", ".csv", "1,2\n3,1.2.3\n"),
      ("csv-lone-sign", ".csv", "1,2\n3,-\n"),
      ("csv-exponent", ".csv", "1,2\n3,1e\n"),
      ("csv-open-quote", ".csv", "1,2\n\"3,4\n5,6\n"),
      ("csv-behind-quote", ".csv", "1,2\n\"3\"x,4\n"),
      ("csv-list-open", ".csv", "x\n\"[1,2\"\n\"[1,2]\"\n"),
      ("txt-ragged", ".txt", "1 2 3\n4 5\n"),
      ("txt-blank", ".txt", " \n\n"),
      ("txt-comment-only", ".txt", "# nothing\n"),
      ("txt-gap", ".txt", "cat\n\ndog\n"),
      ("jsonl-blank", ".jsonl", "\n"),
      ("jsonl-ragged", ".jsonl", "[1,2,3]\n[4,5,6]\n[7,8]\n"),
      ("jsonl-unclosed", ".jsonl", "[1,2]\n[3,4"),
      ("jsonl-keys", ".jsonl", "{\"a\":[1],\"b\":[2]}\n"),
      ("jsonl-missing-key", ".jsonl", "{\"a\":[1]}\n{\"b\":[2]}\n"),
      ("jsonl-key-twice", ".jsonl", "{\"a\":[1],\"a\":[2]}\n"),
      ("jsonl-word", ".jsonl", "[1,x]\n"),
      ("jsonl-null", ".jsonl", "{\"a\":null}\n"),
      ("jsonl-text-behind", ".jsonl", "[1,2] x\n"),
      ("jsonl-kinds", ".jsonl", "{\"a\":[1]}\n{\"a\":\"x\"}\n"),
      ("jsonl-not-utf-16", ".jsonl", "{\"\\ud800\":[1]}\n"),
      ("jsonl-several", ".jsonl", "[[1],[2]]\n[3]\n"),
      ("jsonl-rank-3", ".json", "[[[1],[2]],[[3],[4]]]"),
      ("jsonl-deep", ".jsonl", nested),
      ("jsonl-deep-key", ".jsonl", "{\"a\":[1],\"b\":\(nested)}"),
      ("json-unclosed", ".json", "[[1,2],[3,4]"),
      ("json-cut", ".json", "[[],["),
      ("json-trailing-comma", ".json", "[[1,2],]"),
      ("json-cut-behind-comma", ".json", "[[1,2],"),
      ("json-vectors-word", ".json", "{\"a\":[1,2],\"b\":[3,x]}"),
      ("json-vectors-cut", ".json", "{\"a\":[1,2],\"b\":[3,4]"),
      ("jsonl-nested-null", ".jsonl", "{\"a\":{\"v\":[1]}}\n{\"a\":null}\n"),
      ("jsonl-deep-object", ".jsonl", String(repeating: "{\"a\":", count: 100_000)),
      ("csv-separator-only", ".csv", "sep=;\n"),
      ("txt-printed-cut", ".txt", "[[1. 2.]\n [3. 4.\n"),
      ("json-two-documents", ".json", "[[1,2]] [[3,4]]"),
      ("index-no-map", ".safetensors.index.json", "{\"metadata\":{}}"),
      ("index-no-tensors", ".safetensors.index.json", "{\"weight_map\":{}}"),
      ("index-number", ".safetensors.index.json", "{\"weight_map\":{\"x\":1}}"),
      (
        "index-other-folder", ".safetensors.index.json",
        "{\"weight_map\":{\"x\":\"../../x.safetensors\"}}"
      ),
    ]
    return files.map { MalformedFile(name: $0.0, suffix: $0.1, bytes: Array($0.2.utf8)) }
      + [
        MalformedFile(name: "csv-not-utf-8", suffix: ".csv", bytes: Array("1,2\n3,".utf8) + [0xFF])
      ]
  }

  static func vectors(_ generator: inout SeededGenerator) -> [MalformedFile] {
    func row(_ width: Int, elements: Int = 3) -> [UInt8] {
      littleEndian(width, byteCount: 4) + [UInt8](repeating: 1, count: 4 * elements)
    }
    let good = row(3) + row(3)
    let points =
      littleEndian(2, byteCount: 4) + littleEndian(3, byteCount: 4)
      + [UInt8](repeating: 1, count: 24)
    let files: [(String, String, [UInt8])] = [
      ("fvecs-empty", ".fvecs", []),
      ("fvecs-cut", ".fvecs", good.dropLast(.random(in: 1...15, using: &generator))),
      ("fvecs-zero", ".fvecs", row(0)),
      ("fvecs-negative", ".fvecs", row(-1)),
      ("fvecs-huge", ".fvecs", row(Int(Int32.max))),
      ("fvecs-ragged", ".fvecs", row(3) + row(2)),
      ("fbin-empty", ".fbin", []),
      ("fbin-cut", ".fbin", points.dropLast(.random(in: 1...24, using: &generator))),
      ("fbin-trailing-byte", ".fbin", points + [0]),
      ("fbin-huge", ".fbin", [UInt8](repeating: 0xFF, count: 32)),
    ]
    return files.map { MalformedFile(name: $0.0, suffix: $0.1, bytes: Array($0.2)) }
  }
}
