import ContrastiveEmbeddings
import Testing

@Suite("ContrastiveError")
struct ContrastiveErrorTests {
  typealias Argument = ContrastiveError.Argument

  @Test("tells a program the argument, the row and the numbers")
  func fields() {
    let narrow = #expect(throws: ContrastiveError.self) {
      try Matrix<Float>([1, 2, 3], rowCount: 2, columnCount: 2)
    }
    #expect(narrow?.argument == .elements && narrow?.row == nil)
    #expect(narrow?.problem == .elementCount(found: 3, expected: .init(2, 2)))
    let broken: Matrix<Float> = [[1, 0], [0, .nan]]
    let notFinite = #expect(throws: ContrastiveError.self) { try broken.normalized() }
    #expect(notFinite == ContrastiveError(.rows, row: 1, .notFinite))
    let negative = #expect(throws: ContrastiveError.self) { try Temperature(rows: [1, -2]) }
    #expect(
      negative
        == ContrastiveError(.temperatures, row: 1, .number(found: -2, expected: .positive)))
  }

  private static let lines: [(ContrastiveError.Problem, String)] = [
    (.count(found: 3, expected: .exactly(4)), "expected 4, found 3"),
    (
      .count(.row, found: 1, expected: .exactly(4, .as(.keys))),
      "expected 4 rows, as keys, found 1 row"
    ),
    (
      .count(.list, found: 0, expected: .exactly(1, .onePerRow(of: .keys))),
      "expected 1 list, one per row of keys, found none"
    ),
    (.count(.row, found: 1, expected: .atLeast(2)), "expected at least two rows, found 1 row"),
    (.count(.index, found: 0, expected: .atLeast(3)), "expected at least 3 indices, found none"),
    (.count(found: 5, expected: .init(.times(2), 4)), "expected 4 or 8, found 5"),
    (
      .count(.row, found: 5, expected: .init(.multiple, 4, .asManyPer(.query))),
      "expected a multiple of 4 rows, as many per query, found 5 rows"
    ),
    (
      .shape(found: .init(2, 3), expected: .init(3, 2), as: .rows),
      "expected 3 × 2, as rows, found 2 × 3"
    ),
    (
      .elementCount(found: 1, expected: .init(3, 2), rowStride: 4),
      "expected 3 × 2 with a row stride of 4, found 1 element"
    ),
    (.number(found: -1, expected: .finite), "expected a finite number, found -1.0"),
    (.number(found: 0, expected: .positive), "expected a positive finite number, found 0.0"),
    (.number(found: -1, expected: .notNegative), "expected a finite number, 0 or more, found -1.0"),
    (.number(found: 3, expected: .from(0, to: 2)), "expected a number from 0 to 2, found 3.0"),
    (
      .number(found: 1, expected: .from(0, upTo: 1)),
      "expected a number from 0 up to 1, without it, found 1.0"
    ),
    (
      .number(found: 2, expected: .between(0, 1.5, "which is chance")),
      "expected a number above 0 and below 1.5, which is chance, found 2.0"
    ),
    (
      .number(found: 2, expected: .atMost(0.5, "the maximum")),
      "expected a number up to 0.5, the maximum, found 2.0"
    ),
    (
      .number(found: 2, expected: .from(0, to: .pi / 2, "in radians")),
      "expected a number from 0 to π/2 in radians, found 2.0"
    ),
    (
      .number(found: .nan, expected: .init(lower: .excluding(1), upper: .including(2))),
      "expected a number above 1 and up to 2, found nan"
    ),
    (
      .number(found: 1, expected: .init(lower: .excluding(1), upper: nil)),
      "expected a finite number above 1, found 1.0"
    ),
    (
      .number(found: 1, expected: .init(lower: nil, upper: .excluding(1))),
      "expected a number below 1, found 1.0"
    ),
    (.integer(found: 0, expected: .positive), "expected a positive whole number, found 0"),
    (.integer(found: -1, expected: .from(0)), "expected a whole number, 0 or more, found -1"),
    (
      .integer(found: 0, expected: .between(1, 1 << 53)),
      "expected a whole number from 1 to 2⁵³, found 0"
    ),
    (.integer(found: 3, expected: .classes(3)), "expected class indices from 0 to 2, found 3"),
    (.integer(found: 3, expected: .columns(3)), "expected a column, from 0 to 2, found 3"),
    (
      .integer(found: 3, expected: .rows(of: .memory, count: 3)),
      "expected a row of memory, from 0 to 2, found 3"
    ),
    (
      .ascending(found: [1, 0], expected: .columns(3)),
      "expected columns from 0 to 2 in ascending order, found [1, 0]"
    ),
    (
      .ascending(found: Array(0..<9), expected: .rows(of: .memory, count: 3)),
      "expected rows of memory from 0 to 2 in ascending order, "
        + "found [0, 1, 2, 3, 4, 5, 6] and further ones"
    ),
    (
      .missingGradient(by: .embeddings),
      "expected that by embeddings, found none: ask the loss for it"
    ),
    (
      .missingGradient(by: .embeddings, .init(3, 2)),
      "expected 3 × 2, as embeddings, found none: ask the loss for it"
    ),
    (.choice(found: "this", expected: "that"), "expected that, found this"),
  ]

  @Test("makes one line of them", arguments: lines)
  func description(problem: ContrastiveError.Problem, words: String) {
    #expect(ContrastiveError(.queries, problem).description == "queries: \(words)")
    #expect(
      ContrastiveError(.queries, row: 7, problem).description == "queries: \(words) in row 7")
  }

  @Test("names the row of what is not finite, or not of length 1")
  func rows() {
    #expect(
      ContrastiveError(.queries, row: 7, .notFinite).description
        == "queries: row 7 holds a NaN or an infinity; every number must be finite")
    #expect(
      ContrastiveError(.queries, row: 7, .notUnitLength(2)).description
        == "queries: row 7 has length 2.0, expected 1; normalise the rows first")
  }

  @Test("says that a task was cancelled")
  func cancelled() {
    #expect(
      ContrastiveError(.task, .cancelled).description
        == "task: was cancelled, and nothing was computed")
  }

  @Test("takes a caller's names, of what is compared with too")
  func renaming() {
    let problems: [ContrastiveError.Problem] = [
      .count(.row, found: 1, expected: .exactly(2, .as(.keys))),
      .count(found: 1, expected: .exactly(2, .onePerRow(of: .keys))),
      .shape(found: .init(1, 1), expected: .init(2, 1), as: .keys),
      .integer(found: 4, expected: .rows(of: .keys, count: 3)),
      .ascending(found: [4], expected: .rows(of: .keys, count: 3)),
    ]
    for problem in problems {
      let line = ContrastiveError(.queries, row: 3, problem).renamed { Argument("\($0).npy") }
      #expect(line.argument == Argument("queries.npy") && line.row == 3)
      #expect(line.description.contains("keys.npy"), "\(line)")
    }
    let same = ContrastiveError(.queries, .count(found: 1, expected: .exactly(2, .onePer(.row))))
    #expect(same.renamed { $0 } == same)
  }
}
