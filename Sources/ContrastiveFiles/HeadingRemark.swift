/// What is to be said of a text's first line, which may be a heading and was read as a row, or the other way round; or of
/// the key that was taken in JSON.
package struct HeadingRemark: Hashable, Sendable {
  /// A sentence without its full stop, which names the file and the line.
  package let text: String

  /// Whether it is worth a note where nothing else seems to be wrong; if not, it explains a row too many.
  package let isNote: Bool

  /// The beginning of a row, in quotation marks.
  static func excerpt(_ texts: [String]) -> String {
    "'\(ArrayFileError.excerpt(texts.prefix(3).joined(separator: ", ")))\(texts.count > 3 ? ", …" : "")'"
  }
}
