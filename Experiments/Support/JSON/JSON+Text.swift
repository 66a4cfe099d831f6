extension JSON: CustomStringConvertible {
  /// The value as JSON text (RFC 8259) on one line.
  ///
  /// Numbers have the fewest digits that read back as the same `Double`, integers no fraction; −0 is 0.
  /// What is not `defined` is not written; a value that is not defined as a whole is `null`,
  /// which no object contains.
  var description: String {
    var text = ""
    if let defined { defined.append(to: &text) } else { text = "null" }
    return text
  }

  /// Appends the text of a value that is defined in all its parts.
  private func append(to text: inout String) {
    switch self {
    case .object(let object):
      text += "{"
      for (index, member) in object.members.enumerated() {
        if index > 0 { text += ", " }
        JSON.string(member.key).append(to: &text)
        text += ": "
        member.value.append(to: &text)
      }
      text += "}"
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += ", " }
        element.append(to: &text)
      }
      text += "]"
    case .string(let string):
      text += "\""
      for scalar in string.unicodeScalars { Self.append(scalar, to: &text) }
      text += "\""
    case .number(let value):
      text += value.unsignedZero.description
    case .integer(let value):
      text += value.description
    case .boolean(let value):
      text += value ? "true" : "false"
    }
  }

  /// Appends a character of a string, escaped where JSON asks for it.
  ///
  /// U+007F…U+009F and the separators U+2028 and U+2029 need no escape in JSON, but some of
  /// them end a line for some readers (Python's `splitlines`), and a result is one line; U+202A…U+202E and
  /// U+2066…U+2069 turn the direction in which a terminal writes what follows.
  private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}":
      let digits = String(scalar.value, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: text.unicodeScalars.append(scalar)
    }
  }
}
