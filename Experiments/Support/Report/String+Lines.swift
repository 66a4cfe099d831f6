extension String {
  /// The words of the text in lines of at most `width` columns; a longer word has its own.
  func wrapped(to width: Int) -> String {
    var lines: [String] = []
    var line = ""
    for word in printable.split(whereSeparator: \.isWhitespace).map(String.init) {
      if line.isEmpty {
        line = word
      } else if line.columnCount + 1 + word.columnCount <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = word
      }
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }

  /// The words of the text in lines of at most `width` columns, where longer words go on in the next.
  func lines(fitting width: Int) -> [String] {
    wrapped(to: width).split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      var lines: [String] = []
      var rest = String(line)
      while rest.columnCount > width {
        let (head, tail) = rest.divided(at: width)
        guard !tail.isEmpty else { break }
        lines.append(String(head))
        rest = String(tail)
      }
      return lines + [rest]
    }
  }

  /// The text on one line, with single spaces where it had line ends or runs of spaces.
  var folded: String {
    printable.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The text with U+FFFD for what would steer a terminal and be no letter of it: control characters but white space, and
  /// those that turn the direction of writing.
  var printable: String {
    func steers(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x202A...0x202E, 0x2066...0x2069: true
      default: scalar.properties.generalCategory == .control && !scalar.properties.isWhitespace
      }
    }
    guard unicodeScalars.contains(where: steers) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { steers($0) ? "\u{FFFD}" : $0 }))
  }

  /// The text with its first letter large.
  var withUppercaseStart: String { prefix(1).uppercased() + dropFirst() }

  /// The text in at most `width` columns, with … in place of what is left out of its middle.
  func shortened(to width: Int) -> String {
    guard columnCount > width else { return self }
    let tail = String(reversed()).divided(at: width / 2).head.reversed()
    return divided(at: width - 1 - width / 2).head + "…" + String(tail)
  }

  /// The text up to its last character that is no space.
  var withoutTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
