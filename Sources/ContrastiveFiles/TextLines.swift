/// A text's lines, which end with LF, CR LF or CR.
struct TextLines: ~Escapable {
  private let bytes: Span<UInt8>
  private var position: Int

  /// The number of the last line read, from 1.
  private(set) var number = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    position = Self.byteOrderMark(bytes)
  }

  /// How long the mark is that some programs begin UTF-8 with.
  static func byteOrderMark(_ bytes: Span<UInt8>) -> Int {
    bytes.hasBytes([0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Reads a line, without its end; nil after the last.
  @_lifetime(self: copy self)
  mutating func next() -> Range<Int>? {
    guard position < bytes.count else { return nil }
    let start = position
    while position < bytes.count, !Self.isEnd(bytes[position]) { position += 1 }
    let range = start..<position
    if bytes.hasBytes([0x0D, 0x0A], at: position) { position += 1 }
    position += 1
    number += 1
    return range
  }

  static func isEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  /// All lines as texts, without the blanks at their ends, which nobody sees; empty ones at the end are none.
  ///
  /// - Parameter use: Labels, which may have comments before them and none of which is empty, or texts, whatever they
  ///   look like.
  static func texts(
    of file: FileRegion, for use: TableUse
  ) throws(ArrayFileError) -> [String] {
    let bytes = file.span
    var lines = TextLines(bytes)
    var texts: [String] = []
    var (lastText, commentCount) = (0, 0)
    while let range = lines.next() {
      if use != .texts, texts.isEmpty, bytes.comment(at: range.lowerBound) != nil {
        commentCount += 1
        continue
      }
      let text = try bytes.text(
        bytes.withoutBlanks(at: range), path: file.source, line: lines.number)
      texts.append(text)
      if !text.isEmpty { lastText = texts.count }
    }
    texts.removeLast(texts.count - lastText)
    if use != .texts, let empty = texts.firstIndex(of: "") {
      throw .malformedText(
        path: file.source, line: commentCount + empty + 1,
        reason: "is empty, expected a label or a row of numbers"
      )
    }
    guard !texts.isEmpty else {
      throw .malformedHeader(path: file.source, reason: "the file holds no rows")
    }
    return texts
  }
}

extension Span<UInt8> {
  /// A range without the blanks and tabs at its ends.
  fileprivate func withoutBlanks(at range: Range<Int>) -> Range<Int> {
    func isBlank(_ place: Int) -> Bool { self[place] == 0x20 || self[place] == 0x09 }
    guard let first = range.first(where: { !isBlank($0) }),
      let last = range.last(where: { !isBlank($0) })
    else { return range.lowerBound..<range.lowerBound }
    return first..<last + 1
  }

  /// The line at a place, if it is a comment as `numpy.savetxt` begins them: `#` and a blank.
  ///
  /// A lone `#` before numbers is a word with its vector, which must not be lost.
  func comment(at start: Int) -> Range<Int>? {
    guard hasBytes(Array("# ".utf8), at: start) else { return nil }
    var end = start
    while end < count, !TextLines.isEnd(self[end]) { end += 1 }
    var words = TextFields(extracting(start + 1..<end), TextFields.Dialect(separator: .blanks))
    guard (try? words.nextRow()) == true else { return start..<end }
    let isVector = words.fields.indices.allSatisfy { words.number($0, takesTruth: false) != nil }
    return isVector ? nil : start..<end
  }

  /// A first line such as `sep=;`, which tells Excel what separates the fields, and what it says.
  var separatorLine: (range: Range<Int>, separator: TextFields.Separator)? {
    var lines = TextLines(self)
    guard let range = lines.next(), range.count == 5 else { return nil }
    let start = range.lowerBound
    let isNamed = zip(start..<start + 4, "sep=".utf8).allSatisfy { place, letter in
      self[place] == letter || self[place] | 0x20 == letter
    }
    let separator = self[range.upperBound - 1]
    let isWord =
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= separator
      || UInt8(ascii: "a")...UInt8(ascii: "z") ~= separator | 0x20
    guard isNamed, !isWord, separator < 0x80, separator != UInt8(ascii: "\"") else { return nil }
    return (range, separator == 0x20 ? .blanks : .character(separator))
  }

  /// Whether a character of ASCII is among the bytes.
  func contains(_ character: Unicode.Scalar) -> Bool {
    indices.contains { self[$0] == UInt8(ascii: character) }
  }

  /// Some bytes as a text.
  ///
  /// - Throws: `ArrayFileError.malformedText` if they are not UTF-8.
  func text(
    _ range: Range<Int>, path: String, line: Int
  ) throws(ArrayFileError) -> String {
    guard let text = String(validating: range.map { self[$0] }, as: UTF8.self) else {
      throw .malformedText(path: path, line: line, reason: "is not UTF-8; save the file as UTF-8")
    }
    return text
  }
}
