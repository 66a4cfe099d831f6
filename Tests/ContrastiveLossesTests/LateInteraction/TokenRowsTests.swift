import Contrastive
import TestSupport
import Testing

@Suite("Sequences of tokens")
struct TokenRowsTests {
  let rows = Matrix<Double>.random(rowCount: 4, columnCount: 2, seed: 1)

  @Test("lie among padding of zeros")
  func padding() throws {
    let tokens = try TokenRows(rows, lengths: [1, 0, 3])
    let padded = try tokens.padded(rows, to: 3)
    #expect(padded.rowCount == 9)
    #expect(try TokenRows(padded: padded, lengths: [1, 0, 3]).rows == rows)
    #expect([1, 2, 3, 4, 5].allSatisfy { padded.rows($0..<$0 + 1).elements == [0, 0] })
  }

  @Test("refuse a width that no sequence has")
  func widths() throws {
    let tokens = try TokenRows(rows, lengths: [1, 0, 3])
    for width in [-1, Int.min] {
      expectRefusal("width: expected a whole number, 0 or more, found \(width)") {
        _ = try tokens.padded(rows, to: width)
      }
    }
    let none = try TokenRows(rows.rows(0..<0), lengths: [])
    expectRefusal("width: expected a whole number, 0 or more, found -1") {
      _ = try none.padded(rows.rows(0..<0), to: -1)
    }
    #expect(try none.padded(rows.rows(0..<0), to: 0).rowCount == 0)
    expectRefusal("lengths: expected a whole number from 0 to 2, found 3 in row 2") {
      _ = try tokens.padded(rows, to: 2)
    }
    expectRefusal("lengths: expected a whole number from 0 to 4, found -1 in row 0") {
      _ = try TokenRows(rows, lengths: [-1, 5])
    }
  }
}
