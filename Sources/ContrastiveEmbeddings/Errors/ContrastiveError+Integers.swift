extension ContrastiveError {
  /// The whole numbers that an argument may be.
  public enum Integers: Hashable, Sendable {
    /// Of a least number on.
    case from(Int)

    /// From a number to another.
    case between(Int, Int)

    /// Classes, of which there are so many.
    case classes(Int)

    /// Columns, of which there are so many.
    case columns(Int)

    /// Rows of another argument, which has so many.
    case rows(of: Argument, count: Int)

    /// Rows of the argument itself but that which is meant, of which there are so many.
    case otherRows(count: Int)

    public static var positive: Integers { .from(1) }
  }
}

extension ContrastiveError.Integers {
  func text(plural: Bool) -> String {
    switch self {
    case .from(1): "a positive whole number"
    case .from(let least): "a whole number, \(least) or more"
    case .between(let least, let largest):
      "a whole number from \(least) to \(largest == 1 << 53 ? "2⁵³" : "\(largest)")"
    case .classes(let count): "class indices from 0 to \(count - 1)"
    case .columns(let count):
      plural ? "columns from 0 to \(count - 1)" : "a column, from 0 to \(count - 1)"
    case .rows(let argument, let count):
      plural
        ? "rows of \(argument) from 0 to \(count - 1)"
        : "a row of \(argument), from 0 to \(count - 1)"
    case .otherRows(let count): "other rows, from 0 to \(count - 1),"
    }
  }
}
