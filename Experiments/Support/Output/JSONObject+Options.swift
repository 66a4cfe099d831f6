import ArgumentParser

/// A property wrapper of ArgumentParser that holds what the command line said.
private protocol ParsedValue {
  var parsedValue: Any { get }
}

extension Option: ParsedValue {
  fileprivate var parsedValue: Any { wrappedValue }
}

extension Argument: ParsedValue {
  fileprivate var parsedValue: Any { wrappedValue }
}

extension Flag: ParsedValue {
  /// Nothing of a flag that is not set.
  fileprivate var parsedValue: Any {
    wrappedValue as? Bool == false ? Bool?.none as Any : wrappedValue
  }
}

extension OptionGroup: ParsedValue {
  fileprivate var parsedValue: Any { JSONObject(optionsOf: wrappedValue) }
}

extension JSONObject {
  /// The options and arguments of a command with their values, defaults included, under the names
  /// of its properties.
  ///
  /// Read by reflection, so that no command can forget one. The members of option groups stand
  /// among the others; options without a value, and flags that are not set, are left out.
  init(optionsOf arguments: some ParsableArguments) {
    for (label, wrapper) in Mirror(reflecting: arguments).children {
      guard let label, let wrapper = wrapper as? any ParsedValue else { continue }
      let value = wrapper.parsedValue
      if let group = value as? JSONObject {
        add(contentsOf: group)
      } else {
        // The property `x` with a wrapper is stored as `_x`.
        add(String(label.drop { $0 == "_" }), Self.json(value))
      }
    }
  }

  private static func json(_ value: Any) -> JSON? {
    // However a list was divided, it is one.
    if let lists = value as? [NumberList<Double>] { return lists.numbers.json }
    if let lists = value as? [NumberList<Int>] { return lists.numbers.json }
    if let value = value as? any JSONRepresentable { return value.json }
    if let value = value as? any BinaryInteger, let integer = Int(exactly: value) {
      return .integer(integer)
    }
    if let value = value as? any RawRepresentable { return json(value.rawValue) }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.flatMap { json($0.value) }
    case .collection: return .array(mirror.children.compactMap { json($0.value) })
    default: return .string(String(describing: value))
    }
  }
}
