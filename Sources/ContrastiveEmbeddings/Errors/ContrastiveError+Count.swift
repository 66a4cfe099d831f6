extension ContrastiveError {
  /// How many there have to be, and why.
  public struct Count: Hashable, Sendable {
    /// What the number is of the counts that fit.
    public enum Comparison: Hashable, Sendable {
      case exactly, atLeast, multiple

      /// It, or a number of times as many.
      case times(Int)
    }

    /// Where the number comes from.
    public enum Reason: Hashable, Sendable {
      /// Another argument has as many.
      case `as`(Argument)

      /// One for each row of another argument.
      case onePerRow(of: Argument)

      /// One for each of something.
      case onePer(Item)

      /// As many for each of something.
      case asManyPer(Item)

      /// Another reason.
      case because(String)
    }

    public var comparison: Comparison
    public var number: Int
    public var reason: Reason?

    public init(_ comparison: Comparison, _ number: Int, _ reason: Reason? = nil) {
      self.comparison = comparison
      self.number = number
      self.reason = reason
    }

    public static func exactly(_ number: Int, _ reason: Reason? = nil) -> Count {
      Count(.exactly, number, reason)
    }

    public static func atLeast(_ number: Int, _ reason: Reason? = nil) -> Count {
      Count(.atLeast, number, reason)
    }
  }
}

extension ContrastiveError.Item {
  /// A number of them: `1 row`, `3 indices`.
  func text(_ count: Int) -> String { "\(count) \(count == 1 ? rawValue : plural)" }

  /// `one row`, `two rows`.
  func words(_ count: Int) -> String {
    switch count {
    case 1: "one \(rawValue)"
    case 2: "two \(plural)"
    default: text(count)
    }
  }

  private var plural: String {
    switch self {
    case .index: "indices"
    case .query: "queries"
    default: rawValue + "s"
    }
  }
}

extension ContrastiveError.Count {
  /// `128 columns, as queries`.
  func text(of item: ContrastiveError.Item?) -> String {
    let count = item?.text(number) ?? "\(number)"
    let text =
      switch comparison {
      case .exactly: count
      case .atLeast: "at least \(item?.words(number) ?? "\(number)")"
      case .multiple: "a multiple of \(count)"
      case .times(let factor): "\(number) or \(item?.text(factor * number) ?? "\(factor * number)")"
      }
    return text + (reason.map { ", \($0.text)" } ?? "")
  }
}

extension ContrastiveError.Count.Reason {
  fileprivate var text: String {
    switch self {
    case .as(let argument): "as \(argument)"
    case .onePerRow(let argument): "one per row of \(argument)"
    case .onePer(let item): "one per \(item.rawValue)"
    case .asManyPer(let item): "as many per \(item.rawValue)"
    case .because(let text): text
    }
  }

  func renamed(
    _ name: (ContrastiveError.Argument) -> ContrastiveError.Argument
  ) -> Self {
    switch self {
    case .as(let argument): .as(name(argument))
    case .onePerRow(let argument): .onePerRow(of: name(argument))
    default: self
    }
  }
}
