/// A type whose values can stand in a result.
protocol JSONRepresentable {
  var json: JSON { get }
}

extension JSON: JSONRepresentable {
  var json: JSON { self }
}

extension JSONObject: JSONRepresentable {
  var json: JSON { .object(self) }
}

extension Double: JSONRepresentable {
  var json: JSON { .number(self) }
}

// A Float goes out as the Double of equal value, so that a reader who parses it into a Double
// gets the number that was computed and not its shortest Float decimal.
extension Float: JSONRepresentable {
  var json: JSON { .number(Double(self)) }
}

extension Int: JSONRepresentable {
  var json: JSON { .integer(self) }
}

extension String: JSONRepresentable {
  var json: JSON { .string(self) }
}

extension Bool: JSONRepresentable {
  var json: JSON { .boolean(self) }
}

extension Array: JSONRepresentable where Element: JSONRepresentable {
  var json: JSON { .array(map(\.json)) }
}
