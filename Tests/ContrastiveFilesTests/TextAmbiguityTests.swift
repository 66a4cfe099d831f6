import ContrastiveEmbeddings
import ContrastiveFiles
import TestSupport
import Testing

@Suite("What in a text may mean two things")
struct TextAmbiguityTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// What a file holds a row, as labels or as texts.
  private func names(
    _ text: String, _ name: String = "x.txt", for use: TableUse = .labels
  ) throws -> [String]? {
    _ = try directory.write(Array(text.utf8), to: String(name.prefix { $0 != ":" }))
    let labels = try FileLabels(reading: [directory(name)], for: use, by: .mapping)
    return labels.names.map { names in labels.numbers[0].map { names[$0] } }
  }

  @Test(
    "is no comment but before the first row, and no word with its vector",
    arguments: [
      "the 1 2\n# 3 4\nof 5 6\n", "# 1 2\nthe 3 4\nof 5 6\n", "3 2\nthe 1 2\n# 3 4\nof 5 6\n",
      "# made by GloVe\nthe 1 2\n# 3 4\nof 5 6\n",
    ])
  func comments(_ text: String) throws {
    let array = try directory.read(text, "x.txt")
    #expect(array.shape == [3, 2])
    #expect(array.converted(to: Double.self) == [1, 2, 3, 4, 5, 6])
  }

  @Test("is a word in front of its vector, though it be a comma")
  func comma() throws {
    let array = try directory.read(", -0.5 0.25\n. 1 2\nthe 3 4\n", "x.txt")
    #expect(array.shape == [3, 2])
    #expect(array.converted(to: Double.self) == [-0.5, 0.25, 1, 2, 3, 4])
    #expect(try directory.read("0.5, 0.25, 1\n1, 2, 3\n", "x.txt").shape == [2, 3])
  }

  @Test("is a number in Python's words, also where it is not asked for")
  func words() throws {
    let text =
      "{\"score\": NaN, \"other\": [-Infinity], \"v\": [0.5, 2]}\n{\"score\": 1, \"v\": [1, 3]}\n"
    let array = try directory.read(text, "x.jsonl:v")
    #expect(array.converted(to: Double.self) == [0.5, 2, 1, 3])
  }

  @Test("is a comment before labels, and one of them behind the first; a text in any place")
  func labels() throws {
    #expect(try names("# kinds\ncat\n# dog\n") == ["cat", "# dog"])
    #expect(try names("# kinds\n1\n2\n1\n") == nil)
    #expect(try names("# 1\ncat\n") == ["# 1", "cat"])
    #expect(try names("1989\nNeil Armstrong\nParis\n") == ["1989", "Neil Armstrong", "Paris"])
    #expect(try names("1989\nParis\nNeil Armstrong\n") == ["1989", "Paris", "Neil Armstrong"])
    #expect(try names("a\tb\n# c\td\n", "x.tsv:1") == ["b", "d"])
    #expect(try names("id\tkinds\n1\t3,17\n2\t4\n", "x.tsv:kinds") == ["3,17", "4"])
    #expect(try names("# One\n# Two\n", for: .texts) == ["# One", "# Two"])
    let error = #expect(throws: ArrayFileError.self) { try names("# kinds\ncat\n\ndog\n") }
    #expect(try #require(error).description.contains("line 3: is empty"))
  }

  @Test(
    "is a decimal point where a number has it, whatever texts and names have",
    arguments: [
      ("count;text;x;y\n3;\"Hello, world\";0.5;0.25\n", "x-y"), ("emb.0;emb.1\n0,5;0,25\n", nil),
      ("a, b;c.\n0,5;0,25\n", nil), ("\"0,5\";\"0,25\"\n", nil),
      ("text|x|y\na, b|0,5|0,25\n", "x-y"), ("x\ty\n0,5\t0,25\n", nil),
      ("text, or name|x|y\na|0.5|0.25\n", "x-y"), ("id; name|x|y\na|0,5|0,25\n", "x-y"),
      ("text;x;y\nv. 1;0,5;0,25\n", "x-y"), ("text;x;y\n1, 2;0.5;0.25\n", "x-y"),
      // A text that is cut off by the end of what is looked at.
      ("x;y;t\n0,5;0,25;\"\(String(repeating: "a. ", count: 30_000))\"\n", "x-y"),
    ])
  func decimalPoint(_ text: String, _ columns: String?) throws {
    let array = try directory.read(text, "x.csv" + (columns.map { ":\($0)" } ?? ""))
    #expect(array.converted(to: Double.self) == [0.5, 0.25])
  }

  @Test("in brackets is text where texts are wanted, and numbers where rows are")
  func brackets() throws {
    let titles = ["[Retracted] A study", "Another"]
    let table = "title,v\n" + titles.map { "\($0),\"[1, 2]\"\n" }.joined()
    #expect(try names(table, "x.csv:title", for: .texts) == titles)
    #expect(try names(table, "x.csv:title") == titles)
    #expect(try names(table, "x.csv:v", for: .texts) == ["[1, 2]", "[1, 2]"])
    #expect(try directory.read(table, "x.csv:v").integers() == [1, 2, 1, 2])
    for lines in [["[1] Smith", "[2] Jones"], ["{\"a\": 1}", "b"], ["[]", "x"]] {
      #expect(try names(lines.joined(separator: "\n"), for: .texts) == lines)
    }
    #expect(try directory.read("[1, 2]\n[3, 4]\n", "x.txt").integers() == [1, 2, 3, 4])
    #expect(try names("[\"a\", \"b\"]\n", "x.json", for: .texts) == ["a", "b"])
  }

  @Test("that are numbers are texts as they are spelt where texts are wanted, empty ones too")
  func spelling() throws {
    #expect(try names("id,x\n007,0.50\n8,1e2\n", "x.csv:x", for: .texts) == ["0.50", "1e2"])
    #expect(try names("id,x\n007,0.50\n8,1e2\n", "x.csv:id", for: .texts) == ["007", "8"])
    #expect(try names("id\n007\n8\n", "x.csv", for: .texts) == ["007", "8"])
    #expect(try names("title\nDune\n1984\n", "x.csv:title", for: .texts) == ["Dune", "1984"])
    #expect(try names("id,title\n1,Dune\n2,\n", "x.csv:title", for: .texts) == ["Dune", ""])
    #expect(throws: ArrayFileError.self) { try names("id,title\n1,Dune\n2,\n", "x.csv:title") }
    #expect(try names("{\"x\": 0.5}\n{\"x\": 1}\n", "x.jsonl:x", for: .texts) == ["0.5", "1.0"])
    #expect(throws: ArrayFileError.self) { try names("{\"x\": 0.5}\n{\"x\": 1}\n", "x.jsonl:x") }
  }

  @Test("may have commas and quotation marks as they please in lines of labels")
  func quotationMarks() throws {
    for lines in [
      ["a, \"b\" c", "d"], ["\"Hello\" she said, and", "b"], ["a, \"b", "c"],
      ["a, b", "c, \"d\" e"],
    ] {
      #expect(try names(lines.joined(separator: "\n") + "\n") == lines)
    }
    #expect(throws: ArrayFileError.self) { try names("a, \"b\" c\nd, e\n", "x.csv:0") }
  }

  @Test(
    "is a label where it has more digits than 64 bits, or is a word that some numbers are",
    arguments: [
      ["123456789012345678901", "123456789012345678902", "7"], ["1e400", "1e401", "1e400"],
      ["-9223372036854775809", "5", "-9223372036854775808"], ["nan", "inf", "nan"],
    ])
  func longLabels(_ labels: [String]) throws {
    func expect(_ text: String, _ name: String) throws {
      _ = try directory.write(Array(text.utf8), to: String(name.prefix { $0 != ":" }))
      let found = try FileLabels(reading: [directory(name)], for: .labels, by: .mapping)
      #expect(found.names.map { names in found.numbers[0].map { names[$0] } } == labels, "\(name)")
      #expect(Set(found.numbers[0]).count == Set(labels).count)
    }
    try expect(labels.joined(separator: "\n"), "x.txt")
    try expect("id,x\n" + labels.map { "\($0),1\n" }.joined(), "x.csv:id")
    guard !labels.contains("nan") else { return }
    try expect(labels.joined(separator: "\n"), "x.jsonl")
    try expect(labels.map { "{\"id\": \($0), \"x\": 1}\n" }.joined(), "x.jsonl:id")
  }

  @Test("is no label where a number has a fraction, or one is missing")
  func fractions() throws {
    for text in ["0.5\n1\n", "0.5\n1e400\n", "nan\n1\n"] {
      #expect(throws: ArrayFileError.self) { try names(text) }
      #expect(throws: ArrayFileError.self) {
        try names(text.replacing("nan", with: "NaN"), "x.jsonl")
      }
    }
  }

  @Test("is one label if its bytes are equal, not if it looks the same")
  func bytes() throws {
    let text = "caf\u{E9}\ncafe\u{301}\ncaf\u{E9}\n"
    _ = try directory.write(Array(text.utf8), to: "x.txt")
    #expect(try FileLabels(reading: [directory("x.txt")]).numbers == [[0, 1, 0]])
  }

  @Test("is a label in an array of floating-point numbers if all are whole")
  func wholeNumbers() throws {
    try NumPyFile.write([3.0, 0, -1, 0x1p53].span, shape: [4], to: directory("x.npy"))
    #expect(try FileLabels(reading: [directory("x.npy")]).numbers == [[3, 0, -1, 1 << 53]])
    for other in [0.5, .nan, .infinity, 0x1p54] {
      try NumPyFile.write([3.0, other].span, shape: [2], to: directory("y.npy"))
      #expect(throws: ArrayFileError.self) { try FileLabels(reading: [directory("y.npy")]) }
    }
  }

  @Test("is the least whole number of 64 bits, and one beyond it a text")
  func leastInteger() throws {
    #expect(try names("-9223372036854775808\n9223372036854775807\n") == nil)
    #expect(try directory.read("-9223372036854775808\n5\n", "x.txt").integers() == [.min, 5])
    #expect(try names("-9223372036854775809\n5\n") == ["-9223372036854775809", "5"])
  }
}
