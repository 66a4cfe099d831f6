import Contrastive
import Foundation

/// The page that `choose` writes: one HTML file with a slider for τ, on which a reader sees what the temperature
/// does to the loss, to a query's negatives, and to how many of them share the gradient.
///
/// ```swift
/// let page = try ChoosePage(
///   queries: q, keys: k, subject: "bundled api-docs", queryTexts: nil, keyTexts: names,
///   band: 0.02...0.1, temperature: 0.05, sentence: "0.02 to 0.1 cannot be told apart; use 0.05")
/// report.files.append(page.file)
/// ```
/// The file holds everything it needs, and loads nothing: statistics of at most ``PageSample/largestCount`` queries
/// against all keys, and a program that computes from these what the library would.
struct ChoosePage: Sendable {
  /// What the file is called.
  static let fileName = "choose.html"

  /// The data's name, as pictures have it.
  let subject: String

  /// The temperatures that cannot be told apart from the best, if that is known.
  let band: ClosedRange<Double>?

  /// The temperature that the page opens at, and marks as the choice, if there is one.
  let temperature: Double?

  /// What the data say of the choice, in a sentence.
  let sentence: String?

  let sample: PageSample

  /// Draws the queries, and computes what the page holds of them.
  ///
  /// - Parameters:
  ///   - queries: `N × d`, at least two rows, which are normalised.
  ///   - keys: `N × d`; row i is the positive of query i, and all others are its negatives.
  ///   - ids: Of each row, if some belong together: rows of one id are not each other's negatives.
  ///   - subject: The data's name.
  ///   - queryTexts: N texts; rows are shown by their numbers without.
  ///   - keyTexts: N texts.
  ///   - band: The temperatures that cannot be told apart from the best.
  ///   - temperature: The one to begin with.
  ///   - sentence: What to choose, and why.
  ///   - seed: What queries are drawn by.
  /// - Throws: `ContrastiveError` for shapes that do not fit, texts or ids that are more or fewer than rows, or a row
  ///   with a NaN or an infinity.
  /// - Complexity: Three products of the sampled queries and all keys; memory for a few tiles.
  init(
    queries: RowSource<Float>, keys: RowSource<Float>, ids: [Int]? = nil, subject: String,
    queryTexts: [String]? = nil, keyTexts: [String]? = nil, band: ClosedRange<Double>? = nil,
    temperature: Double? = nil, sentence: String? = nil, seed: UInt64 = 1
  ) throws(ContrastiveError) {
    self.subject = subject
    self.band = band
    self.temperature = temperature
    self.sentence = sentence
    sample = try PageSample(
      queries: queries, keys: keys, ids: ids, texts: (queryTexts, keyTexts), seed: seed)
  }

  /// The page, for the files of a report.
  var file: (name: String, write: @Sendable (_ path: String) throws -> Void) {
    (
      Self.fileName,
      { [self] path in try Data(html().text.utf8).write(to: URL(filePath: path)) }
    )
  }
}
