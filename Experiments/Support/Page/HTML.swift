/// A piece of HTML. Text that is put into one by interpolation is escaped; pieces go in as they are.
///
/// ```swift
/// let row: HTML = "<tr><td>\(name)</td><td>\(HTML(trusting: svg))</td></tr>"
/// ```
struct HTML: Hashable, Sendable {
  private(set) var text: String

  /// Takes text that is HTML already.
  init(trusting text: String) { self.text = text }

  /// Escapes a text, for contents and for attributes in double quotes.
  init(escaping text: String) {
    self.text = text.replacingScalars(["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"])
  }

  /// Escapes sentences, and keeps the options of commands in them whole: a browser breaks lines behind their hyphens.
  init(sentences text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      let escaped = HTML(escaping: String(word)).text
      return word.drop { "(`“".contains($0) }.hasPrefix("--")
        ? "<span class=\"option\">\(escaped)</span>" : escaped
    }
    self.text = words.joined(separator: " ")
  }

  /// Pieces one after another, on lines of their own.
  init(lines: [HTML]) { text = lines.map(\.text).joined(separator: "\n") }
}

extension HTML: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { self.init(trusting: value) }

  init(stringInterpolation: StringInterpolation) { self.init(trusting: stringInterpolation.text) }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }

    mutating func appendInterpolation(_ html: HTML) { text += html.text }

    mutating func appendInterpolation(_ html: HTML?) { text += html?.text ?? "" }

    mutating func appendInterpolation(_ lines: [HTML]) { text += HTML(lines: lines).text }

    mutating func appendInterpolation(_ string: String) { text += HTML(escaping: string).text }

    mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
  }
}
