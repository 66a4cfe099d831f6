import ContrastiveEmbeddings
import ContrastiveFiles
import TestSupport
import Testing

@Suite("Numbers and labels in text")
struct TextTableTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func read(_ text: String, _ name: String = "x.csv") throws -> FileArray {
    let parts = name.split(separator: ":")
    _ = try directory.write(Array(text.utf8), to: String(parts[0]))
    return try FileArray(reading: directory(name))
  }

  @Test(
    "have a header only where it is one",
    arguments: [
      ("1,2\n3,4\n", [1, 2, 3, 4]), ("a,b\n3,4\n", [3, 4]), ("a,2\n3,4\n", [3, 4]),
      ("0,1\n0.5,1.5\n", [0, 1, 0.5, 1.5]), ("0,1\n2,3\n", [0, 1, 2, 3]), ("x\n1\n2\n", [1, 2]),
      (",a,b\n7,1,2\n9,3,4\n", [1, 2, 3, 4]), ("\"a\"\t\"b\"\n1\t2\n", [1, 2]),
      ("0.0,1.0\n0.5,1.5\n", [0, 1, 0.5, 1.5]), ("# a,b\n1,2\n", [1, 2]),
      ("# a,b\n0,1\n0.5,1.5\n", [0, 1, 0.5, 1.5]), (",0,1\n7,1,2\n9,3,4\n", [1, 2, 3, 4]),
      ("0;1\n0,5;1,5\n", [0, 1, 0.5, 1.5]), ("0\t1\n0.5\t1.5\n", [0, 1, 0.5, 1.5]),
      ("True,False\n1,0\n", [1, 0, 1, 0]), ("a,b\ntrue,FALSE\n", [1, 0]),
    ])
  func header(_ text: String, _ numbers: [Double]) throws {
    #expect(try read(text).converted(to: Double.self) == numbers)
  }

  @Test(
    "lose no first row that has numbers and a slip",
    arguments: ["0x10,1\n2,3\n", "1,1_000\n2,3\n", "\"1,000\",2\n3,4\n", "1.2.3,4\n5,6\n"])
  func slips(_ text: String) {
    let error = #expect(throws: ArrayFileError.self) { try read(text) }
    #expect(error?.description.contains("line 1: column ") == true)
    #expect(error?.description.contains(", expected a number") == true)
  }

  @Test(
    "are separated by whatever the first row has",
    arguments: [
      ("1,2\n3,4", "x.csv"), ("1;2\n3;4\n", "x.csv"), ("1\t2\n3\t4\n", "x.tsv"),
      ("1 2\n3  4 \n", "x.txt"), (" 1\t2\r\n3\t4\r\n", "x.txt"), ("1, 2\r3 ,4\r", "x.csv"),
      ("1,2\n3,4\n\n\n", "x"), ("\"1\",\"2\"\n\"3\",\"4\"\n", "x.csv"),
      ("[1, 2]\n[3.0, 4e0]", "x.jsonl"),
      ("{\"id\": \"a\", \"v\": [1,2]}\n{\"v\": [3,4], \"id\": \"b\"}\n", "x.jsonl"),
      ("[{\"v\": [1,2]}, {\"v\": [[3,4]]}]", "x.json"), ("{\"v\": [[1,2], [3,4]]}", "x.json"),
      (
        "{\"object\": \"list\",\n\"data\": [{\"index\": 0, \"v\": [1, 2]},\n{\"v\": [3, 4]}], \"usage\": {\"n\": [5]}}\n",
        "x.json:data.v"
      ),
      ("v\n\"[1. 2.]\"\n[3.   4e0 ]\n", "x.csv:v"), ("a;b\n1,0;2,0\n3,0;4,0\n", "x.csv"),
    ])
  func separators(_ text: String, _ name: String) throws {
    let array = try read(text, name)
    #expect(array.shape == [2, 2])
    #expect(array.converted(to: Double.self) == [1, 2, 3, 4])
  }

  @Test("are the nearest to what their digits say")
  func nearest() throws {
    let texts = [
      "0.1", "1e-5", "-0.70710678118654752440", "3.4028234663852886e+38", "5e-324", "1e308",
      "123456789012345678", "9007199254740993", "0.30000000000000004", "1E3", "+2.5", ".5", "7.",
      "8.41e+21", "9.109e-31", "179769313486231570000e289", "2.2250738585072011e-308",
    ]
    let array = try read(texts.joined(separator: "\n"), "x.txt")
    #expect(array.converted(to: Double.self) == texts.map { Double($0)! })
    var generator = SeededGenerator(seed: 20)
    let values = (0..<2000).map { _ in
      Double(bitPattern: .random(in: 0..<0x7FF0 << 48, using: &generator))
    }
    let read = try read(values.map { "\($0)" }.joined(separator: "\n"), "x.txt")
    #expect(read.converted(to: Double.self) == values)
  }

  @Test("may be no numbers at all, as NumPy spells them")
  func notFinite() throws {
    let array = try read("nan,inf,-Infinity\nNaN,-inf,1\n").converted(to: Double.self)
    #expect(array[0].isNaN && array[1] == .infinity && array[2] == -.infinity && array[3].isNaN)
    #expect(try read("[NaN, -Infinity]\n", "x.jsonl").converted(to: Float.self)[1] == -.infinity)
  }

  @Test("are one column by its name, or where there are no names by its number")
  func columns() throws {
    let text = "id,\"a, b\",c\nx,1,2.5\ny,3,4\n"
    #expect(try read(text, "x.csv:a, b").integers() == [1, 3])
    #expect(try read(text, "x.csv:c").converted(to: Double.self) == [2.5, 4])
    #expect(try read(text, "x.csv:c").source.hasSuffix("x.csv:c"))
    #expect(try read("1,2\n3,4\n", "x.csv:1").integers() == [2, 4])
    #expect(try read("0\n3\n4\n", "x.csv:0").integers() == [0, 3, 4])
    #expect(try read("0,1\n0.5,2\n", "x.csv:0").converted(to: Double.self) == [0, 0.5])
    #expect(try read(",0,1\n7,1,2\n9,3,4\n", "x.csv:0").integers() == [1, 3])
    let error = #expect(throws: ArrayFileError.self) { try read("a,a\n3,4\n", "y.csv:a") }
    #expect(try #require(error).description.contains("several columns are called 'a'"))
  }

  @Test("of labels are whole lines, or a column of a table")
  func labels() throws {
    func names(_ text: String, _ name: String) throws -> [String]? {
      _ = try directory.write(Array(text.utf8), to: String(name.split(separator: ":")[0]))
      return try FileLabels(reading: [directory(name)]).names
    }
    #expect(try names("a b\nc, d\na b\n\n", "x.txt") == ["a b", "c, d"])
    #expect(try names("a\n1\n", "x.txt") == ["a", "1"])
    #expect(try names("a b\nclass 7\n", "x.txt") == ["a b", "class 7"])
    #expect(try names("cat\ndog\ncat\n", "x.csv") == ["cat", "dog"])
    #expect(try names("kind\ncat\ndog\ncat\n", "x.csv:kind") == ["cat", "dog"])
    // The first line is like a heading of the second.
    #expect(
      try names("tools for problems\nPlan 9 userland tools\n", "x.txt")
        == ["tools for problems", "Plan 9 userland tools"])
    for name in ["x.csv", "x.tsv", "x.txt"] {
      #expect(try names("u1\nu2\nu3\n", name) == ["u1", "u2", "u3"])
      #expect(try names("a\n1\nb\n", name) == ["a", "1", "b"])
    }
    #expect(try names(",kind\n0,cat\n1,dog\n", "x.csv") == ["cat", "dog"])
    #expect(try names("true\nfalse\n", "x.csv") == ["true", "false"])
    #expect(try names("kind\ncat\nkind\n", "x.csv:kind") == ["cat", "kind"])
    #expect(try names("a,kind\n1,\"say \"\"hi\"\"\"\n", "x.csv:kind") == ["say \"hi\""])
    #expect(try names("[\"a\", \"b\", \"a\"]", "x.json") == ["a", "b"])
    #expect(try names("3\n1.0\n3e0\n", "x.txt") == nil)
    #expect(throws: ArrayFileError.self) { try names("0.5\n1\n", "x.txt") }
    #expect(throws: ArrayFileError.self) { try names("a,b\nc,d\n", "x.csv") }
  }

  @Test("are texts line by line where texts are wanted, whatever they look like")
  func texts() throws {
    func texts(_ text: String) throws -> [String]? {
      _ = try directory.write(Array(text.utf8), to: "x.txt")
      let labels = try FileLabels(reading: [directory("x.txt")], for: .texts, by: .mapping)
      return labels.names.map { names in labels.numbers[0].map { names[$0] } }
    }
    for lines in [
      ["tools on linear spaces -- libs", "Plan 9 userland tools", "9"], ["1", "2", "1"],
      ["a 0.5 1", "b 0.25 2"], ["\"unbalanced", "a, b", "", "c"], ["the,a", "1,2"],
    ] {
      #expect(try texts(lines.joined(separator: "\n") + "\n") == lines)
    }
  }

  @Test(
    "of a first row that has a gap are missed, not taken for names",
    arguments: [
      (",0.5\n0.25,1\n", "line 1: column 0 is empty"),
      ("N/A,0.5\n0.25,1\n", "line 1: column 0 is 'N/A'"),
    ])
  func gap(_ text: String, _ reason: String) throws {
    let error = #expect(throws: ArrayFileError.self) { try read(text) }
    #expect(try #require(error).description.contains(reason))
  }

  @Test("are labels beyond Int, of which only matters which are equal")
  func largeLabels() throws {
    let large = [UInt64.max, 1 << 63, .max, 3]
    try NumPyFile.write(large.span, shape: [4], to: directory("x.npy"))
    let lines = large.map { "\($0)\n" }.joined()
    _ = try directory.write(Array(lines.utf8), to: "x.txt")
    _ = try directory.write(Array(lines.utf8), to: "x.csv")
    _ = try directory.write(Array(lines.utf8), to: "x.jsonl")
    for name in ["x.npy", "x.txt", "x.csv", "x.jsonl"] {
      let labels = try FileLabels(reading: [directory(name)])
      #expect(labels.numbers == [[0, 1, 0, 2]], "\(name)")
      #expect(try FileArray(reading: directory(name)).elementType == .uint64)
      #expect(throws: ArrayFileError.self) {
        try FileArray(reading: directory(name)).withRank(1).integers()
      }
    }
    _ = try directory.write(Array("3\n4\n".utf8), to: "small.txt")
    let both = try FileLabels(reading: [directory("x.npy"), directory("small.txt")])
    #expect(both.numbers == [[0, 1, 0, 2], [2, 3]])
  }

  @Test("may be true and false in rows of JSON")
  func truth() throws {
    for (text, name) in [
      ("[true, false]\n[false, true]\n", "x.jsonl"), ("[[true,false],[0,1]]", "x.json"),
      ("{\"m\": [true, false]}\n{\"m\": [false, true]}\n", "x.jsonl"),
      ("m\n[ True False]\n[False  True]\n", "x.csv:m"),
    ] {
      #expect(try read(text, name).integers() == [1, 0, 0, 1], "\(text)")
    }
    #expect(throws: ArrayFileError.self) { try read("[01]\n", "x.jsonl") }
    #expect(throws: ArrayFileError.self) { try read("[-01]\n", "x.jsonl") }
    #expect(throws: ArrayFileError.self) { try read("[truth]\n", "x.jsonl") }
  }

  @Test("under two keys are named with both, and missed with the line")
  func nestedKeys() throws {
    let text = "{\"data\": [\n{\"v\": [1, 2]},\n{\"w\": [3, 4]}\n]}"
    let error = #expect(throws: ArrayFileError.self) { try read(text, "x.json:data.v") }
    let line = try #require(error).description
    #expect(line.hasSuffix("x.json: line 3: row 1 holds no key 'v'; it holds w"), "\(line)")
    let array = try read(text.replacing("w", with: "v"), "x.json:data.v")
    #expect(array.source.hasSuffix("x.json:data.v"))
    // A key may have a point itself.
    #expect(try read("{\"data.v\": [1, 2]}\n", "x.jsonl:data.v").integers() == [1, 2])
  }

  @Test("of a row without the key are missed with the line")
  func missingKey() throws {
    let error = #expect(throws: ArrayFileError.self) {
      try read("{\"v\": [1]}\n\n{\"w\": [2]}\n", "x.jsonl:v")
    }
    let line = try #require(error).description
    #expect(line.hasSuffix("x.jsonl: line 3: row 1 holds no key 'v'; it holds w"), "\(line)")
  }

  @Test(
    "stand behind a word, as GloVe and word2vec write them",
    arguments: [
      "the 1 2\n, 3 4\n", "3 2\nthe 1 2\nof 3 4\n2000 5 6\n", "1 1 2\nthe 3 4\nof 5 6\n",
      ". . 1 2\nthe 3 4\n", "the 1 2 \nof 3 4 \n", "2 2\n0 1 2\n1 3 4\n",
      "a 1 2\nb 3 4\nb 10 5 6\nc 7 8\n",
    ])
  func wordVectors(_ text: String) throws {
    for name in ["x.txt", "x.vec", "x"] {
      let array = try read(text, name)
      #expect(array.shape[1] == 2 && array.leftOutColumns == ["0"], "\(name)")
      let numbers = array.converted(to: Double.self)
      #expect(numbers == (1...numbers.count).map { Double($0) }, "\(name)")
    }
  }

  @Test("behind words are no labels, and labels that only look like them are")
  func wordVectorLabels() throws {
    func labels(_ text: String) throws -> FileLabels {
      let path = try directory.write(Array(text.utf8), to: "x.txt")
      return try FileLabels(reading: [path])
    }
    let error = #expect(throws: ArrayFileError.self) { try labels("the 0.5 1\nof 1.5 2\n") }
    let line = try #require(error).description
    #expect(line.contains("line 1: has a word and 2 numbers") && line.contains("cut -d' ' -f1"))
    let headed = #expect(throws: ArrayFileError.self) { try labels("2 2\nthe 0.5 1\nof 1.5 2\n") }
    #expect(try #require(headed).description.contains("line 2: has a word"))
    #expect(try labels("grade 1 2\ngrade 3 4\ngrade 1 2\n").numbers == [[0, 1, 0]])
    #expect(try labels("New York\nRio\nNew York\n").names == ["New York", "Rio"])
    #expect(try labels("room 1\nroom 2\n").numbers == [[0, 1]])
  }

  // As a download leaves it that ended within a line.
  @Test("of a line that is cut short are missed with the line, and none of the others' left out")
  func cutShort() throws {
    for cut in ["and 0.9 1.0\n", "and 0.9 1.0"] {
      let error = #expect(throws: ArrayFileError.self) {
        try read("the 0.1 0.2 0.3 0.4\nof 0.5 0.6 0.7 0.8\n" + cut, "x.txt")
      }
      #expect(
        try #require(error).description.hasSuffix(
          "x.txt: line 3: has 2 numbers behind its word, expected 4 as in other lines"))
    }
  }

  @Test("of rows that are damaged are not taken for words")
  func damagedRow() throws {
    let error = #expect(throws: ArrayFileError.self) { try read("1 2 3\nx 4 5\n6 7 8\n", "x.txt") }
    #expect(try #require(error).description.contains("line 2"))
  }
}
