import ContrastiveEmbeddings
import ContrastiveFiles
import TestSupport
import Testing

@Suite("Labels and texts in text")
struct TextLabelTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
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
}
