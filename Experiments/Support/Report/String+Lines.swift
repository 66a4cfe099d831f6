extension String {
  /// The words of the text in lines of at most `width` characters; a longer word has its own.
  func wrapped(to width: Int) -> String {
    var lines: [String] = []
    var line = ""
    for word in split(whereSeparator: \.isWhitespace) {
      if line.isEmpty {
        line = String(word)
      } else if line.count + 1 + word.count <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }

  /// The text on one line, with single spaces where it had line ends or runs of spaces.
  var folded: String {
    split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The text with spaces before it, up to `width` characters.
  func rightAligned(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - count)) + self
  }

  /// The text with spaces behind it, up to `width` characters.
  func leftAligned(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }

  /// The text up to its last character that is no space.
  var withoutTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
