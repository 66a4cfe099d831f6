/// What can be wrong with the arguments of a computation.
///
/// Every case says in one line which argument is meant, where in it the trouble is, what was
/// found and what would do; `description` is that line.
public enum ContrastiveError: Error, Hashable, Sendable {
  /// An array has a size that does not fit the others.
  ///
  /// - Parameters:
  ///   - array: The argument's name, for example `negatives`.
  ///   - expected: What would fit, for example `128 columns, as queries`.
  ///   - actual: What it has, for example `64 columns`.
  case shape(array: String, expected: String, actual: String)

  /// A row holds a NaN or an infinity.
  case notFinite(array: String, row: Int)

  /// A row was promised to have length 1 and has not.
  case notUnitLength(array: String, row: Int, length: Double)

  /// A number lies outside its range.
  ///
  /// - Parameters:
  ///   - name: The parameter's name, for example `temperature`.
  ///   - value: What was given, as text.
  ///   - requirement: What would do, for example `a positive finite number`.
  case value(name: String, value: String, requirement: String)
}

extension ContrastiveError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shape(let array, let expected, let actual):
      "\(array): expected \(expected), found \(actual)"
    case .notFinite(let array, let row):
      "\(array): row \(row) holds a NaN or an infinity; every number must be finite"
    case .notUnitLength(let array, let row, let length):
      "\(array): row \(row) has length \(length), expected 1; normalise the rows first"
    case .value(let name, let value, let requirement):
      "\(name): expected \(requirement), found \(value)"
    }
  }
}
