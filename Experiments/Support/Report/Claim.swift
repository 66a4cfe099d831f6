/// What a source says, beside what came out here.
struct Claim: Hashable, Sendable, Codable {
  /// What is claimed, in one sentence that is true or false.
  let statement: String

  /// Who says so, if anybody does: some claims follow from the source's formulas only.
  let paper: Paper?

  /// Where in the source, and its own words or numbers: `table 5: 1.0, 4.5, 8.2, 8.3`.
  let place: String

  /// What was measured, with the numbers that decide.
  let measured: String

  /// Whether what was measured bears the statement out.
  let agrees: Bool

  /// Creates a claim.
  init(
    _ statement: String, paper: Paper?, _ place: String, measured: String, agrees: Bool
  ) {
    self.statement = statement
    self.paper = paper
    self.place = place
    self.measured = measured
    self.agrees = agrees
  }
}

extension Claim {
  /// The paper and the place in it.
  var source: String { [paper?.title, place].compactMap(\.self).joined(separator: ", ") }

  /// The claim in lines of 80 columns.
  var text: String { text(width: 80) }

  /// The claim as it appears on the terminal, in lines of at most `width` columns.
  func text(width: Int) -> String {
    let lines = [statement, "Source: \(source)", "Measured: \(measured)"]
      .map { $0.wrapped(to: width - 10).split(separator: "\n") }
      .joined()
    return lines.enumerated().map { index, line in
      (index == 0 ? (agrees ? "agrees" : "DIFFERS") : "").leftAligned(to: 9) + line
    }.joined(separator: "\n")
  }
}

extension Claim: JSONRepresentable {
  var json: JSON {
    .object(
      [
        "claim": statement, "paper": paper?.title, "address": paper?.address, "place": place,
        "measured": measured, "agrees": agrees,
      ])
  }
}
