import ContrastiveEmbeddings
import ContrastiveFiles
import TestSupport
import Testing

@Suite("The first row of a table")
struct FirstRowTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test(
    "is data where a number of it is missing",
    arguments: [
      "NA", "N/A", "#N/A", "<NA>", "null", "None", "-", "?", "\u{2212}3",
    ])
  func missing(_ field: String) throws {
    for (row, column) in [("\(field),12,-3,4", 0), ("1,2,\(field),4", 2), ("5,6,7,\(field)", 3)] {
      let error = #expect(throws: ArrayFileError.self) {
        try directory.read("\(row)\n1,2,3,4\n5,6,7,8\n")
      }
      let line = try #require(error).description
      #expect(line.contains("line 1: column \(column) is '\(field)', expected a number"), "\(line)")
    }
  }

  @Test(
    "is data where it holds a negative number or one twice, beside a text that says nothing of the rows",
    arguments: ["x,12,-3\n", "x,12,12\n"])
  func numbers(_ row: String) throws {
    let error = #expect(throws: ArrayFileError.self) { try directory.read("\(row)1,2,3\n4,5,6\n") }
    #expect(try #require(error).description.contains("line 1: column 0 is 'x'"))
    let labelled = try directory.read("\(row.replacing("x", with: "label"))1,2,3\n4,5,6\n")
    #expect(try labelled.integers() == [2, 3, 5, 6])
  }

  @Test(
    "is a heading with a remark where it holds numbers",
    arguments: [
      ("a,12,3\n1,2,3\n", "line 1, 'a, 12, 3', as the heading"),
      ("kind,0,1,2\ncat,1,2,3\n", "line 1, 'kind, 0, 1, …', as the heading"),
      ("0,1,2,3\n1,2,0.5,3\n", "line 1, '0, 1, 2, …', as the heading"),
      ("0,1,2\n1,2,0\n4,0.5,6\n", "line 1, '0, 1, 2', as the heading"),
    ])
  func doubtful(_ text: String, _ remark: String) throws {
    let array = try directory.read(text)
    #expect(array.shape[0] == text.count { $0 == "\n" } - 1)
    let heading = try #require(array.headingRemark)
    #expect(heading.isNote && heading.text.contains(remark), "\(heading.text)")
  }

  @Test("is no heading of words with their vectors, and none of lines of labels")
  func words() throws {
    let array = try directory.read("the 1 2\n2000 5 6\nof 3 4\n", "x.txt")
    #expect(array.shape == [3, 2] && array.headingRemark == nil)
    let labels = try FileLabels(
      reading: [try directory.write(Array("a 1\n2 3\n".utf8), to: "y.txt")])
    #expect(labels.names == ["a 1", "2 3"] && labels.headingRemarks == [nil])
  }

  @Test("that counts columns is a row with a remark among whole numbers, and of two columns always")
  func counts() throws {
    let array = try directory.read("0,1,2\n3,4,5\n")
    #expect(array.shape == [2, 3])
    let remark = try #require(array.headingRemark)
    #expect(remark.isNote && remark.text.contains("'0, 1, 2'"))
    #expect(remark.text.contains("tail -n +2"))
    let pair = try directory.read("0,1\n0.5,1.5\n")
    #expect(pair.shape == [2, 2] && pair.headingRemark?.isNote == false)
    #expect(try directory.read("0 1 2\n0.5 1.5 2.5\n", "x.txt").shape == [2, 3])
  }

  @Test(
    "is a heading without a remark where nothing else is likely",
    arguments: ["id,0,1,2\n7,1,2,3\n", ",0,1\n7,1,2\n", "id,e0\n7,1\n"])
  func certain(_ text: String) throws {
    let array = try directory.read(text)
    #expect(array.shape[0] == 1 && array.headingRemark == nil)
  }
}
