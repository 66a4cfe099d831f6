import ContrastiveEmbeddings
import ContrastiveFiles
import TestSupport
import Testing

@Suite("Words and their vectors")
struct WordVectorTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
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
      let array = try directory.read(text, name)
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
        try directory.read("the 0.1 0.2 0.3 0.4\nof 0.5 0.6 0.7 0.8\n" + cut, "x.txt")
      }
      #expect(
        try #require(error).description.hasSuffix(
          "x.txt: line 3: has 2 numbers behind its word, expected 4 as in other lines"))
    }
  }

  @Test("of rows that are damaged are not taken for words")
  func damagedRow() throws {
    let error = #expect(throws: ArrayFileError.self) {
      try directory.read("1 2 3\nx 4 5\n6 7 8\n", "x.txt")
    }
    #expect(try #require(error).description.contains("line 2"))
  }
}
