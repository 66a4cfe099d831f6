extension Table {
  /// The table as comma-separated values (RFC 4180, with line feeds), numbers in full precision.
  ///
  /// The first line holds the columns' names with their units, as in `loss (nats)`. A cell that
  /// is not defined is empty.
  var csv: String {
    let head = columns.map { $0.unit.isEmpty ? $0.name : "\($0.name) (\($0.unit))" }
    let body = rows.map { row in
      row.map { cell in
        switch cell {
        case nil: ""
        case .string(let string): string
        case .some(let other): other.description
        }
      }
    }
    return ([head] + body)
      .map { $0.map(Self.field).joined(separator: ",") + "\n" }
      .joined()
  }

  /// The text of a field, in quotes where it holds what would end it.
  private static func field(_ text: String) -> String {
    // Scalars, because "\r\n" is one `Character` and would be found as neither of the two.
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return text
    }
    // By scalars too: a mark joins a quotation mark before it to one `Character`.
    return "\"" + text.replacingScalars(["\"": "\"\""]) + "\""
  }
}

extension String {
  /// The text with others in the place of some scalars, whatever marks follow them.
  func replacingScalars(_ replacements: [Unicode.Scalar: String]) -> String {
    unicodeScalars.reduce(into: "") { text, scalar in
      if let replacement = replacements[scalar] {
        text += replacement
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}
