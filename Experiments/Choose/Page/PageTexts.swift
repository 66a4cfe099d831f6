/// The texts of a page's rows, short enough together for the page.
struct PageTexts: Sendable {
  /// How many bytes of JSON all of them may take.
  static let byteLimit = 600_000

  /// The sampled queries' texts, if there are any.
  let queries: [String]?

  /// The keys that are shown, in ascending order, and their texts, if there are any.
  let keyRows: [Int]
  let keys: [String]?

  /// How many characters a text was cut to, if one was.
  let limit: Int?

  /// - Parameters:
  ///   - queries: Of the sampled queries.
  ///   - keys: Of all keys.
  ///   - shown: Which of these are shown.
  init(queries: [String]?, keys: [String]?, shown: Set<Int>) {
    keyRows = shown.sorted()
    let keys = keys.map { texts in shown.sorted().map { texts[$0] } }
    // A text that is longer than a screen is no help.
    let limits = [400, 300, 200, 150, 100, 75, 50, 30, 20, 12, 6]
    let all = (queries ?? []) + (keys ?? [])
    let limit =
      limits.first { limit in
        all.reduce(0) { $0 + Self.byteCount($1.shortenedForPage(to: limit)) } <= Self.byteLimit
      } ?? limits[limits.count - 1]
    self.queries = queries?.map { $0.shortenedForPage(to: limit) }
    self.keys = keys?.map { $0.shortenedForPage(to: limit) }
    self.limit = all.contains { $0.unicodeScalars.count > limit } ? limit : nil
  }

  private static func byteCount(_ text: String) -> Int {
    JSON.string(text).description.utf8.count + 2
  }
}

extension String {
  /// Its first characters and an ellipsis, if it is longer.
  //
  // Scalars are counted: a character may have any number of them.
  fileprivate func shortenedForPage(to count: Int) -> String {
    guard utf8.count > count, unicodeScalars.count > count else { return self }
    return String(unicodeScalars.prefix(count - 1)) + "…"
  }
}
