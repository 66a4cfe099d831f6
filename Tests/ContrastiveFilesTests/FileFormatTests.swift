import ContrastiveFiles
import Foundation
import TestSupport
import Testing

/// The rows of all fixtures in `formats`.
private let rows = (0..<12).map { Float($0) / 3 - 1 }

@Suite("Files of other formats, as their own programs write them")
struct FileFormatTests {
  @Test(
    "hold the same rows",
    arguments: [
      "arrays.npz:rows", "arrays.npz:rows.npy", "compressed.npz:rows", "compressed.npz:fortran",
      "one.npz", "one.npz:arr_0", "zip64.npz:rows", "rows.npy.gz", "no-suffix",
      "model-00001-of-00002.safetensors", "model.safetensors.index.json:rows",
      "header.csv", "no-header.csv", "index.csv", "decimal-commas.csv",
      "bom-crlf.csv", "header.tsv", "header.csv.gz", "lists.csv:embedding", "savetxt.txt",
      "savetxt.csv", "bars.csv", "excel.csv", "printed.txt", "hits.jsonl",
      "hits.jsonl:_source.embedding", "answer.json", "answer.json:data.embedding", "ids.json",
      "records.jsonl", "records.jsonl:embedding", "vectors.jsonl", "document.json",
      "rows.fvecs", "rows.fbin",
    ])
  func sameRows(_ specification: String) throws {
    let array = try FileArray(reading: fixture("formats/\(specification)"))
    #expect(array.shape == [4, 3])
    // pandas writes JSON's numbers with ten digits; all others identify the Float.
    let found = array.converted(to: Float.self)
    let tolerance: Float = specification.hasPrefix("records") ? 1e-7 : 0
    #expect(zip(found, rows).allSatisfy { abs($0 - $1) <= tolerance }, "\(found)")
    var row: [Float] = [0, 0, 0]
    var span = row.mutableSpan
    array.copyRows(2..<3, into: &span)
    #expect(row == Array(found[6..<9]))
  }

  @Test("keep whole numbers whole")
  func integers() throws {
    let large = 1 << 62 + 1
    for specification in [
      "arrays.npz:numbers", "zip64.npz:numbers", "named.csv:number", "quoted.tsv:number",
      "records.jsonl:number", "model.safetensors.index.json:numbers",
    ] {
      let array = try FileArray(reading: fixture("formats/\(specification)")).withRank(1)
      #expect(try array.integers() == [3, 1, 3, large])
    }
    // As floating-point numbers in the file.
    let saved = try FileArray(reading: fixture("formats/numbers.txt")).withRank(1)
    #expect(try saved.integers() == [3, 1, 3])
    let expected = (0..<12).map { $0 * 7 - 5 }
    for name in ["rows.ivecs", "rows.ibin", "rows.i8bin"] {
      #expect(try FileArray(reading: fixture("formats/\(name)")).integers() == expected)
    }
    for name in ["rows.bvecs", "rows.u8bin"] {
      #expect(
        try FileArray(reading: fixture("formats/\(name)")).integers() == [251] + expected[1...])
    }
    #expect(
      try FileArray(reading: fixture("formats/model.safetensors.index.json:mask")).integers()
        == rows.map { $0 > 0 ? 1 : 0 })
  }

  @Test(
    "number texts by their first appearance",
    arguments: [
      "labels.txt", "labels.csv:label", "named.csv:label", "quoted.tsv:label",
      "lists.csv:text", "records.jsonl:label", "arrays.npz:labels",
      "hits.jsonl:_source.title",
    ])
  func labels(_ specification: String) throws {
    let labels = try FileLabels(reading: [fixture("formats/\(specification)")])
    #expect(labels.numbers == [[0, 1, 0, 2]])
    #expect(labels.names == ["cat", "dog", "golden retriever"])
    let error = #expect(throws: ArrayFileError.self) {
      try FileArray(reading: fixture("formats/\(specification)"))
    }
    #expect(error?.description.contains("\n") == false)
  }

  @Test("keep a first row that may be data, and none that counts the columns of fractions")
  func keptRows() throws {
    let counted = try FileArray(reading: fixture("formats/counted.csv"))
    // It counts the columns, and no number behind it is whole by its kind.
    #expect(counted.shape == [4, 3])
    #expect(counted.converted(to: Float.self) == rows)
    let labels = try FileLabels(reading: [fixture("formats/labels.csv")])
    #expect(labels.names == ["label", "cat", "dog", "golden retriever"])
  }

  @Test("number the texts of several files together, and numbers among them as texts")
  func labelsTogether() throws {
    let directory = try TemporaryDirectory()
    let words = try directory.write(Array("b\na\nb\n7\n".utf8), to: "words.txt")
    let numbers = try directory.write(Array("7\n8\n".utf8), to: "numbers.txt")
    let labels = try FileLabels(reading: [words, numbers])
    #expect(labels.numbers == [[0, 1, 0, 2], [2, 3]] && labels.names == ["b", "a", "7", "8"])
    let alone = try FileLabels(reading: [numbers])
    #expect(alone.numbers == [[7, 8]] && alone.names == nil)
    let blanks = try directory.write(Array("cat \n\tcat\ncat\r\n".utf8), to: "blanks.txt")
    #expect(try FileLabels(reading: [blanks]).names == ["cat"])
    #expect(try FileLabels(reading: [fixture("string-column.npy")]).numbers == [[0, 1, 0]])
    #expect(try FileLabels(reading: [fixture("bytes.npy")]).names == ["cat", "doggy"])
    #expect(throws: ArrayFileError.self) { try FileLabels(reading: [fixture("float32.npy")]) }
  }

  @Test("name the arrays to choose from")
  func members() throws {
    for (specification, text) in [
      (
        "arrays.npz", "formats/arrays.npz:array; it holds rows, labels, numbers"
      ),
      ("arrays.npz:x", "holds no array 'x'; it holds rows, labels, numbers"),
      ("named.csv:x", "holds no column 'x'; it holds e0, e1, e2, label, number"),
      ("named.csv", "its columns of numbers are apart: e0-e2, number; name those that are meant"),
      ("records.jsonl:x", "holds no key 'x'; it holds embedding, label, number"),
      ("model.safetensors.index.json", "name one of its tensors"),
      ("model.safetensors.index.json:x", "holds no tensor 'x'; it holds mask, numbers, rows"),
      ("no-suffix:x", "which has no name"),
    ] {
      let error = #expect(throws: ArrayFileError.self) {
        try FileArray(reading: fixture("formats/\(specification)"))
      }
      #expect(try #require(error).description.contains(text), "\(error!)")
    }
  }

  @Test("name the index that promises what a shard has not")
  func shards() throws {
    let directory = try TemporaryDirectory()
    let index = try directory.write(
      Array("{\"weight_map\": {\"x\": \"gone.safetensors\", \"y\": \"here.safetensors\"}}".utf8),
      to: "m.safetensors.index.json")
    _ = try directory.write(
      contents(of: fixture("formats/model-00001-of-00002.safetensors")), to: "here.safetensors")
    for (name, text) in [
      ("x", "gone.safetensors, where \(index) has 'x': no such file"),
      ("y", "m.safetensors.index.json: malformed header: it has 'y' in "),
    ] {
      let error = #expect(throws: ArrayFileError.self) {
        try FileArray(reading: "\(index):\(name)")
      }
      #expect(error?.description.contains(text) == true, "\(error!)")
    }
  }

  @Test("are recognised by what is in them, whatever their names")
  func contentsCount() throws {
    let directory = try TemporaryDirectory()
    for name in ["no-suffix", "one.npz", "rows.npy.gz", "model-00001-of-00002.safetensors"] {
      let bytes = try contents(of: fixture("formats/\(name)"))
      for other in ["x", "X.NPY", "x.npz", "x.csv", "x.safetensors", "x.bin", "x.fvecs.txt"] {
        let path = try directory.write(bytes, to: other)
        #expect(try FileArray(reading: path).converted(to: Float.self) == rows)
      }
    }
    for name in [
      "header.csv", "bars.csv", "excel.csv", "savetxt.txt", "printed.txt", "vectors.jsonl",
      "document.json",
      "ids.json",
    ] {
      let bytes = try contents(of: fixture("formats/\(name)"))
      for other in ["x", "x.TXT", "x.dat"] {
        let path = try directory.write(bytes, to: other)
        #expect(try FileArray(reading: path).converted(to: Float.self) == rows)
      }
    }
    let path = try directory.write(contents(of: fixture("formats/rows.fvecs")), to: "X.FVECS")
    #expect(try FileArray(reading: path).converted(to: Float.self) == rows)
  }

  @Test("are all in the article")
  func article() throws {
    let article = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/ContrastiveFiles/ContrastiveFiles.docc/FilesYouHave.md")
    let text = try String(contentsOf: article, encoding: .utf8)
    #expect(text.contains(FileFormat.markdownTable))
  }
}
