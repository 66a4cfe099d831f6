/// A theorem, a limit, or what follows from a definition, computed at examples.
///
/// It has no verdict: nothing that was computed could have refuted it.
struct Illustration: Hashable, Sendable, Codable {
  /// Why no computation could refute it.
  enum Kind: String, Hashable, Sendable, Codable {
    case example = "a limit or a theorem, computed at examples"
    case sampled = "a theorem, on random numbers"
    case descent = "a theorem, on points moved by gradient descent"
    case definition = "from the definition: it holds of untrained networks as well"
  }

  /// What is illustrated, in one sentence.
  let statement: String

  /// Whose it is; nil for what follows from nobody's words.
  let paper: Paper?

  /// Where in the source, or where it comes from.
  let place: String

  let kind: Kind

  /// The numbers.
  let computed: String

  /// How near they have to be for the computation to be right.
  let check: String

  /// Whether they are: else the computation is at fault.
  let isRight: Bool

  init(
    _ statement: String, paper: Paper?, _ place: String, kind: Kind, computed: String,
    check: String, isRight: Bool
  ) {
    self.statement = statement
    self.paper = paper
    self.place = place
    self.kind = kind
    self.computed = computed
    self.check = check
    self.isRight = isRight
  }
}

extension Illustration {
  /// The source and the place in it.
  var source: String { [paper?.title, place].compactMap(\.self).joined(separator: ", ") }

  /// Its parts behind the statement and the source, as names and values.
  var details: [(name: String, value: String)] {
    [("computed", computed), ("illustrates", kind.rawValue), ("checked", check)]
      + (isRight ? [] : [("fault", "what was computed is not as it has to be")])
  }

  /// Why it is at fault, in a line; nil if it is right.
  var faultLine: String? { isRight ? nil : "Computed: \(computed). Checked: \(check)." }

  /// The illustration as it appears on the terminal, in lines of at most `width` columns.
  func text(width: Int) -> String {
    ([statement, "from: \(source)"] + details.map { "\($0.name): \($0.value)" })
      .marked(isRight ? "shown" : "FAULT", width: width)
  }
}

extension Illustration: JSONRepresentable {
  var json: JSON {
    .object([
      "statement": statement, "paper": paper?.title, "place": place, "kind": kind.rawValue,
      "computed": computed, "check": check, "isRight": isRight,
    ])
  }
}

extension Table {
  /// Illustrations with all their parts, a row each.
  init(_ name: String, illustrations: [Illustration]) {
    self.init(
      name,
      columns: ["statement", "paper", "place", "kind", "computed", "check", "isRight"].map {
        Column($0)
      })
    for one in illustrations {
      append(
        one.statement, one.paper?.title, one.place, one.kind.rawValue, one.computed, one.check,
        one.isRight)
    }
  }
}
