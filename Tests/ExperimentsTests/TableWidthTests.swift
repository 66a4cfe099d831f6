import Foundation
import Testing

@testable import Experiments

@Suite("Tables in a given width")
struct TableWidthTests {
  private static let table = {
    var table = Table(
      "numbers", title: "Numbers",
      columns: [
        Column("temperature", heading: "τ"), Column("loss", unit: "nats"), Column("chance"),
        Column("accuracy", heading: "top-1"),
      ])
    table.append(0.05, 1.5, 2.25, 0.5)
    table.append(0.5, -12.5, 2.25, 1)
    return table
  }()

  @Test("are as they are where there is room")
  func wide() {
    #expect(Self.table.text(width: 30) == Self.table.text)
    #expect(Self.table.text(width: nil) == Self.table.text)
    #expect(Self.table.text(width: 27) == Self.table.text)
  }

  @Test("go on below, behind the first column, where there is none")
  func narrow() {
    #expect(
      Self.table.text(width: 20) == """
        Numbers

           τ    loss  chance
              (nats)
        ----  ------  ------
        0.05     1.5    2.25
         0.5   -12.5    2.25

           τ  top-1
        ----  -----
        0.05    0.5
         0.5      1
        """)
    // Nothing is left out, however narrow.
    for width in 1..<27 {
      let text = Self.table.text(width: width)
      for cell in ["1.5", "-12.5", "0.5", "top-1", "(nats)"] { #expect(text.contains(cell)) }
    }
  }

  @Test("break cells that do not fit beside the first column")
  func cells() {
    var table = Table("t", columns: [Column("kind"), Column("formula"), Column("n")])
    table.append("polygon", "a formula of many words", 7)
    table.append("a", "unbreakableformula", nil as Int?)
    #expect(
      table.text(width: 20) == """
        kind     formula
        -------  -----------
        polygon  a formula
                 of many
                 words
        a        unbreakable
                 formula

        kind     n
        -------  -
        polygon  7
        a        –
        """)
  }

  @Test("never exceed it, in any command's table", arguments: [24, 40, 60, 80, 120])
  func commands(width: Int) throws {
    for report in [
      try TemperatureExample.report([]), try SoftmaxTemperature.report([]),
      try Bound.report(["--list"]),
      try LossFloor.report([]), try Losses.report([]),
    ] {
      for table in report.tables + report.attachments {
        for line in table.text(width: width).split(separator: "\n").dropFirst(
          table.title.isEmpty ? 0 : 1)
        {
          #expect(String(line).columnCount <= width, "\(line)")
        }
      }
    }
  }

  @Test("count columns of the terminal, not characters")
  func wideCharacters() {
    #expect("τ".columnCount == 1 && "é".columnCount == 1 && "e\u{301}".columnCount == 1)
    #expect("温度".columnCount == 4 && "👩‍🔬".columnCount == 2 && "한".columnCount == 2)
    var table = Table("t", columns: [Column("file"), Column("n")])
    table.append("温度.npy", 1)
    table.append("temperature", 2)
    #expect(table.text == "file         n\n-----------  -\n温度.npy     1\ntemperature  2")
    #expect("温度温度".lines(fitting: 5) == ["温度", "温度"])
    #expect("温度".lines(fitting: 1) == ["温", "度"])
  }

  @Test("is COLUMNS, or 80 where nobody reads along")
  func program() throws {
    func lines(_ environment: [String: String]) throws -> [String] {
      try ExperimentsProgram.run("bound", "--list", environment: environment).output
        .split(separator: "\n").map { String($0) }
    }
    #expect(try lines(["COLUMNS": ""]).allSatisfy { $0.columnCount <= 80 })
    #expect(try lines(["COLUMNS": "200"]).contains { $0.columnCount > 80 })
    #expect(try lines(["COLUMNS": "50"]).allSatisfy { $0.columnCount <= 50 })
  }

  @Test("have no sign at a zero")
  func zero() {
    var table = Table(
      "t",
      columns: [Column("a"), Column("b", format: .fixed(2)), Column("c", format: .full)])
    table.append(-0.0, -0.001, -0.0)
    #expect(table.text == "a     b    c\n-  ----  ---\n0  0.00  0.0")
    #expect(table.csv == "a,b,c\n0.0,-0.001,0.0\n")
  }
}
