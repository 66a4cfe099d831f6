import ContrastiveEmbeddings
import ContrastiveFiles
import TestSupport
import Testing

@Suite("Numbers in text")
struct TextTableTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
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
    #expect(try directory.read(text).converted(to: Double.self) == numbers)
  }

  @Test(
    "lose no first row that has numbers and a slip",
    arguments: ["0x10,1\n2,3\n", "1,1_000\n2,3\n", "\"1,000\",2\n3,4\n", "1.2.3,4\n5,6\n"])
  func slips(_ text: String) {
    let error = #expect(throws: ArrayFileError.self) { try directory.read(text) }
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
      ("1|2\n3|4\n", "x.csv"), ("a|b\n1|2\n3|4\n", "x.csv"), ("1 | 2\n3 | 4\n", "x.txt"),
      ("sep=;\n1;2\n3;4\n", "x.csv"), ("\u{FEFF}SEP=;\r\na;b\r\n1,0;2,0\r\n3,0;4,0\r\n", "x.csv"),
      ("sep=|\n1|2\n3|4\n", "x.tsv"), ("sep=\t\n1\t2\n3\t4\n", "x.csv"),
      ("sep=;\n1;2\n3;4\n", "x.txt"),
    ])
  func separators(_ text: String, _ name: String) throws {
    let array = try directory.read(text, name)
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
    let array = try directory.read(texts.joined(separator: "\n"), "x.txt")
    #expect(array.converted(to: Double.self) == texts.map { Double($0)! })
    var generator = SeededGenerator(seed: 20)
    let values = (0..<2000).map { _ in
      Double(bitPattern: .random(in: 0..<0x7FF0 << 48, using: &generator))
    }
    let read = try directory.read(values.map { "\($0)" }.joined(separator: "\n"), "x.txt")
    #expect(read.converted(to: Double.self) == values)
  }

  @Test("may be no numbers at all, as NumPy spells them")
  func notFinite() throws {
    let array = try directory.read("nan,inf,-Infinity\nNaN,-inf,1\n").converted(to: Double.self)
    #expect(array[0].isNaN && array[1] == .infinity && array[2] == -.infinity && array[3].isNaN)
    #expect(
      try directory.read("[NaN, -Infinity]\n", "x.jsonl").converted(to: Float.self)[1] == -.infinity
    )
  }

  @Test("are one column by its name, or where there are no names by its number")
  func columns() throws {
    let text = "id,\"a, b\",c\nx,1,2.5\ny,3,4\n"
    #expect(try directory.read(text, "x.csv:a, b").integers() == [1, 3])
    #expect(try directory.read(text, "x.csv:c").converted(to: Double.self) == [2.5, 4])
    #expect(try directory.read(text, "x.csv:c").source.hasSuffix("x.csv:c"))
    #expect(try directory.read("1,2\n3,4\n", "x.csv:1").integers() == [2, 4])
    #expect(try directory.read("0\n3\n4\n", "x.csv:0").integers() == [0, 3, 4])
    #expect(try directory.read("0,1\n0.5,2\n", "x.csv:0").converted(to: Double.self) == [0, 0.5])
    #expect(try directory.read(",0,1\n7,1,2\n9,3,4\n", "x.csv:0").integers() == [1, 3])
    let error = #expect(throws: ArrayFileError.self) { try directory.read("a,a\n3,4\n", "y.csv:a") }
    #expect(try #require(error).description.contains("several columns are called 'a'"))
  }

  @Test(
    "of a first row that has a gap are missed, not taken for names",
    arguments: [
      (",0.5\n0.25,1\n", "line 1: column 0 is empty"),
      ("N/A,0.5\n0.25,1\n", "line 1: column 0 is 'N/A'"),
    ])
  func gap(_ text: String, _ reason: String) throws {
    let error = #expect(throws: ArrayFileError.self) { try directory.read(text) }
    #expect(try #require(error).description.contains(reason))
  }

  @Test("are separated by no bar in a field, and labels by none")
  func bars() throws {
    let films = "1,Comedy|Drama,0.5,2\n2,Drama,0.25,1\n"
    #expect(try directory.read(films, "x.csv:2-3").converted(to: Double.self) == [0.5, 2, 0.25, 1])
    _ = try directory.write(Array("1|2\n3\n1|2\n".utf8), to: "x.txt")
    #expect(try FileLabels(reading: [directory("x.txt")]).names == ["1|2", "3"])
  }

  @Test(
    "are those that NumPy prints, over as many lines as it likes",
    arguments: [
      "[[1. 2.]\n [3. 4.]]\n", "[[1 2]\n [3\n  4]]\n", "[1. 2.]\n[3. 4.]\n",
      " [[1.0e+00 2.0e+00]\n [3 4]]",
    ])
  func printed(_ text: String) throws {
    for name in ["x.txt", "x"] {
      let array = try directory.read(text, name)
      #expect(
        array.shape == [2, 2] && array.converted(to: Double.self) == [1, 2, 3, 4], "\(name)")
    }
    // Which JSON has not.
    #expect(throws: ArrayFileError.self) { try directory.read(text, "x.json") }
  }

  @Test("are missed where printing left some out, or is cut short")
  func leftOut() throws {
    for (text, reason) in [
      (
        "[[1. 2. ... 9.]\n [3. 4. ... 9.]]\n",
        "line 1: '...' stands where printing left out numbers"
      ),
      ("[[1. 2.]\n ...\n [3. 4.]]\n", "line 2: '...' stands where printing left out numbers"),
      ("[[1. 2.]\n [3. 4.]\n", "line 3: expected a row, found the end"),
      ("[[1. 2.]\n [3. 4.", "line 2: expected a number, found the end"),
    ] {
      let error = #expect(throws: ArrayFileError.self) { try directory.read(text, "x.txt") }
      #expect(try #require(error).description.contains(reason), "\(error!)")
    }
  }
}
