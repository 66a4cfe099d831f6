extension ContrastiveError.Problem {
  /// What was expected and what was found, in words.
  package var words: (expected: String, found: String) {
    switch self {
    case .notFinite: ("finite numbers", "a NaN or an infinity")
    case .notUnitLength(let length): ("length 1", "\(length)")
    case .count(let item, let found, let expected):
      (expected.text(of: item), found == 0 ? "none" : item?.text(found) ?? "\(found)")
    case .shape(let found, let expected, let argument):
      ("\(expected)" + (argument.map { ", as \($0)" } ?? ""), "\(found)")
    case .elementCount(let found, let expected, let stride):
      (
        "\(expected)" + (stride.map { " with a row stride of \($0)" } ?? ""),
        ContrastiveError.Item.element.text(found)
      )
    case .number(let found, let expected): ("\(expected)", "\(found)")
    case .integer(let found, let expected): (expected.text(plural: false), "\(found)")
    case .ascending(let found, let expected):
      (
        "\(expected.text(plural: true)) in ascending order",
        found.count > 8 ? "\(found.prefix(8).dropLast()) and further ones" : "\(found)"
      )
    case .missingGradient(let argument, let shape):
      (shape.map { "\($0), as \(argument)" } ?? "that by \(argument)", "none: ask the loss for it")
    case .choice(let found, let expected): (expected, found)
    case .cancelled: ("one that goes on", "a cancelled one")
    }
  }

  func renamed(
    _ name: (ContrastiveError.Argument) -> ContrastiveError.Argument
  ) -> Self {
    switch self {
    case .count(let item, let found, var expected):
      expected.reason = expected.reason?.renamed(name)
      return .count(item, found: found, expected: expected)
    case .shape(let found, let expected, let argument):
      return .shape(found: found, expected: expected, as: argument.map(name))
    case .integer(let found, .rows(let argument, let count)):
      return .integer(found: found, expected: .rows(of: name(argument), count: count))
    case .ascending(let found, .rows(let argument, let count)):
      return .ascending(found: found, expected: .rows(of: name(argument), count: count))
    default: return self
    }
  }
}
