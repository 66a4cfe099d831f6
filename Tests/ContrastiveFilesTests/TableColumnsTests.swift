import ContrastiveEmbeddings
import ContrastiveFiles
import TestSupport
import Testing

@Suite("Tables with other columns besides numbers")
struct TableColumnsTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func error(_ text: String, _ name: String = "x.csv") throws -> String {
    let error = #expect(throws: ArrayFileError.self) { try directory.read(text, name) }
    return try #require(error).description.replacing(directory(""), with: "")
  }

  @Test("of which one has lists and another numbers are not guessed between")
  func lists() throws {
    #expect(
      try error("year,embedding\n1999,\"[0.5, 1]\"\n2001,\"[1, 0.2]\"\n").contains(
        "year, embedding"))
    #expect(
      try error("title,score,embedding\na,3,\"[0.5, 1]\"\nb,4,\"[1, 0.2]\"\n").contains(
        "score, embedding"))
    let text = "year,embedding\n1999,\"[0.5, 1]\"\n2001,\"[1, 0.2]\"\n"
    #expect(
      try directory.read(text, "x.csv:embedding").converted(to: Double.self) == [0.5, 1, 1, 0.2])
  }

  @Test("of one column of truths give 1 and 0, as several do")
  func truths() throws {
    for (text, name) in [
      ("name,keep\na,true\nb,false\n", "x.csv"), ("name,keep\na,true\nb,false\n", "x.csv:keep"),
      ("True\nFalse\n", "x.csv"),
    ] {
      #expect(try directory.read(text, name).converted(to: Double.self) == [1, 0], "\(name)")
    }
  }

  @Test(
    "give the numbers between them, and say which are left out",
    arguments: [
      ("id,e0,e1,kind\n7,1,2,cat\n9,3,4,dog\n", ["id", "kind"]),
      ("id,e0,e1,label\n7,1,2,0\n9,3,4,1\n", ["id", "label"]),
      ("name,e0,e1\ncat,1,2\ndog,3,4\n", ["name"]),
      ("image_id,e0,e1\n7,1,2\n9,3,4\n", ["image_id"]),
      ("rowID,e0,e1\n7,1,2\n9,3,4\n", ["rowID"]),
      ("Unnamed: 0,e0,e1\n0,1,2\n1,3,4\n", ["Unnamed: 0"]),
      (",e0,e1\n0,1,2\n1,3,4\n", ["0"]), (",id,e0,e1\n0,7,1,2\n1,9,3,4\n", ["0", "id"]),
      ("1,2,cat\n3,4,dog\n", ["2"]), ("cat,1,2\ndog,3,4\n", ["0"]),
      ("a,kind,e0,e1\nx,cat,1,2\ny,,3,4\n", ["a", "kind"]),
      ("Index\te0\te1\n7\t1\t2\n9\t3\t4\n", ["Index"]),
      ("kind,0,1,2\ncat,1,2,0\ndog,3,4,0\n", ["kind"]), ("e0,e1\n1,2\n3,4\n", []),
      ("grid,valid\n1,2\n3,4\n", []), ("user,e0,e1\n1000,1,2\n1001,3,4\n", ["user"]),
      ("f_1,f_2,y\n1,2,7\n3,4,9\n", ["y"]), ("x1,y1\n1,2\n3,4\n", []),
      ("text1,text2,x,score\na,b,1,2\nc,d,3,4\n", ["text1", "text2"]),
      ("comment,lang,e0,e1\n[deleted],en,1,2\nx,de,3,4\n", ["comment", "lang"]),
    ])
  func leftOut(_ text: String, _ names: [String]) throws {
    let array = try directory.read(text)
    #expect(array.leftOutColumns == names)
    #expect(array.shape[0] == 2)
    let expected: [Float] = array.shape[1] == 2 ? [1, 2, 3, 4] : [1, 2, 0, 3, 4, 0]
    #expect(array.converted(to: Float.self) == expected)
  }

  @Test("give all that is a number where no heading says what it is")
  func noHeading() throws {
    let array = try directory.read("7,1,2,cat\n9,3,4,dog\n")
    #expect(array.converted(to: Float.self) == [7, 1, 2, 9, 3, 4])
    #expect(array.leftOutColumns == ["3"])
    // Nothing would be left.
    #expect(try directory.read("id,label\n7,1\n9,0\n").integers() == [7, 1, 9, 0])
    #expect(try directory.read("id\n7\n9\n").integers() == [7, 9])
  }

  @Test(
    "give a range of columns as it is named, whatever is in it",
    arguments: [
      ("id,e0,e1,kind\n7,1,2,cat\n9,3,4,dog\n", "e0-e1", [1, 2, 3, 4]),
      ("id,e0,e1,kind\n7,1,2,cat\n9,3,4,dog\n", "id-e1", [7, 1, 2, 9, 3, 4]),
      ("id,e0,e1,kind\n7,1,2,cat\n9,3,4,dog\n", "e1-e1", [2, 4]),
      ("7,1,2,cat\n9,3,4,dog\n", "1-2", [1, 2, 3, 4]),
      ("kind,0,1\ncat,1,2\ndog,3,4\n", "1-2", [0, 1, 1, 2, 3, 4]),
      ("x-1,x-2,k\n1,2,a\n3,4,b\n", "x-1-x-2", [1, 2, 3, 4]),
      ("a-b,a,b\n1,2,3\n4,5,6\n", "a-b", [1, 4]),
      ("age,kind,e0,e1\n7,cat,1,2\n9,dog,3,4\n", "e0-e1", [1, 2, 3, 4]),
    ])
  func ranges(_ text: String, _ range: String, _ numbers: [Float]) throws {
    let array = try directory.read(text, "x.csv:\(range)")
    #expect(array.converted(to: Float.self) == numbers)
    #expect(array.leftOutColumns == [] && array.source.hasSuffix("x.csv:\(range)"))
  }

  @Test(
    "are refused where they do not tell what is meant",
    arguments: [
      (
        "age,kind,e0,e1\n7,cat,1,2\n9,dog,3,4\n", "x.csv",
        "x.csv: its columns of numbers are apart: age, e0-e1; name those that are meant, as in x.csv:e0-e1"
      ),
      ("e0,id,e1\n1,7,2\n3,9,4\n", "x.csv", "are apart: e0, e1; name those"),
      ("1,cat,2\n3,dog,4\n", "x.csv", "are apart: 0, 2; name those"),
      ("kind,0,1\ncat,1,2\ndog,3,4\n", "x.csv", "x.csv: line 1: may be a heading ('kind, 0, 1')"),
      ("kind,0,1\ncat,1,2\ndog,3,4\n", "x.csv", "name the columns as in x.csv:1-2"),
      (
        "id,e0,kind\n7,1,cat\n9,NA,dog\n", "x.csv", "line 3: column 'e0' is 'NA', expected a number"
      ),
      ("id,e0,kind\n7,1,cat\n9,,dog\n", "x.csv", "line 3: column 'e0' is empty, expected a number"),
      ("id,e0,title\n7,1,Dune\n9,2,1984\n", "x.csv", "line 2: column 'title' is 'Dune'"),
      ("1,2,\n3,4,\n", "x.csv", "line 1: column 2 is empty"),
      ("id,kind\n7,cat\n9,dog\n", "x.csv", "column 'kind' is 'cat', expected a number"),
      ("a,b\nc,d\n", "x.csv", "column 0 is 'a', expected a number"),
      ("id,e0,e1\n7,1,2\n", "x.csv:e1-e0", "holds no column 'e1-e0'; it holds id, e0, e1"),
      ("id,e0,e1\n7,1,2\n", "x.csv:e0-e9", "holds no column 'e0-e9'"),
      ("a,a,b\n7,1,2\n", "x.csv:a-b", "several columns are called 'a'"),
      ("1,cat,2\n3,dog,4\n", "x.csv:0-2", "line 1: column 1 is 'cat', expected a number"),
    ])
  func refusals(_ text: String, _ name: String, _ reason: String) throws {
    let line = try error(text, name)
    #expect(line.contains(reason), "\(line)")
  }

  @Test(
    "have no labels but in the column that is named",
    arguments: [
      "id,kind\n7,cat\n9,dog\n", "id,label\n7,0\n9,1\n", "id,e0,kind\n7,1,cat\n9,2,dog\n",
      "7,cat\n9,dog\n",
    ])
  func labels(_ text: String) throws {
    let path = try directory.write(Array(text.utf8), to: "x.csv")
    let error = #expect(throws: ArrayFileError.self) { try FileLabels(reading: [path]) }
    #expect(
      try #require(error).description.hasPrefix(
        "\(path): name one of its columns, as in \(path):column; it holds "))
    let last = text.hasPrefix("id") ? text.prefix { $0 != "\n" }.split(separator: ",").last : "1"
    #expect(try FileLabels(reading: ["\(path):\(last ?? "")"]).numbers == [[0, 1]])
  }
}
