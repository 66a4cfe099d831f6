extension String {
  /// How many columns of a terminal the text takes: two for a character of East Asian scripts or an emoji,
  /// one for others, whatever they are composed of.
  var columnCount: Int { reduce(0) { $0 + $1.columnCount } }

  /// The text with spaces before it, up to `width` columns.
  func rightAligned(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - columnCount)) + self
  }

  /// The text with spaces behind it, up to `width` columns.
  func leftAligned(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - columnCount))
  }

  /// The first characters that fit into `width` columns, at least one, and the rest.
  func divided(at width: Int) -> (head: Substring, tail: Substring) {
    var (end, used) = (startIndex, 0)
    while end < endIndex, used + self[end].columnCount <= width || end == startIndex {
      used += self[end].columnCount
      formIndex(after: &end)
    }
    return (self[..<end], self[end...])
  }
}

extension Character {
  fileprivate var columnCount: Int {
    guard let scalar = unicodeScalars.first else { return 0 }
    let isWide =
      scalar.properties.isEmojiPresentation
      || Self.wideScalars.contains { $0.contains(scalar.value) }
    return isWide ? 2 : 1
  }

  /// The blocks of Unicode whose characters are wide (East_Asian_Width W and F, UAX #11).
  private static let wideScalars: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
