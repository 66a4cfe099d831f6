/// A JSON value whose objects keep their members in the order given.
///
/// Foundation's `JSONEncoder` writes keys in an unspecified or in alphabetical order; a result
/// reads better, and compares line by line between runs, in the order its command chose.
enum JSON: Hashable, Sendable {
  case object(JSONObject)
  case array([JSON])
  case string(String)
  case number(Double)
  case integer(Int)
  case boolean(Bool)
}

extension JSON {
  /// The value without what is not defined, or nil if nothing is left of it.
  ///
  /// A number that is not finite is not defined. An array with such an element is not defined
  /// either: leaving the element out would move those behind it to other rows. An object loses
  /// the members that are not defined, and stays.
  var defined: JSON? {
    switch self {
    case .number(let value):
      return value.isFinite ? self : nil
    case .array(let elements):
      let kept = elements.compactMap(\.defined)
      return kept.count == elements.count ? .array(kept) : nil
    case .object(let object):
      return .object(object.defined)
    case .string, .integer, .boolean:
      return self
    }
  }
}
