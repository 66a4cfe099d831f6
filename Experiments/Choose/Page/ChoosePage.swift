import Contrastive
import Foundation

/// The page that `choose` writes: one HTML file with a slider for τ, on which a reader sees what the temperature
/// does to the loss, to a query's negatives, and to how many of them share the gradient.
///
/// ```swift
/// let page = try ChoosePage(
///   queries: q, keys: k, subject: "bundled api-docs", queryTexts: nil, keyTexts: names,
///   evidence: evidence, temperature: 0.05, sentence: "0.02 to 0.1 cannot be told apart; use 0.05")
/// report.files.append(page.file)
/// ```
/// The file holds everything it needs, and loads nothing: statistics of at most ``PageSample/largestCount`` queries
/// against all keys, and a program that computes from these what the library would.
struct ChoosePage: Sendable {
  /// What the file is called.
  static let fileName = "choose.html"

  /// The data's name, as pictures have it.
  let subject: String

  /// Which row of the reader's files each is; their own numbers without.
  let fileRows: [Int]?

  /// What training brought, if anything was trained.
  let evidence: RecallEvidence?

  /// Where the loss of all pairs is least, if that is known: the page's own is of the drawn queries.
  let least: Double?

  /// Pairs of rows that may belong together by the rule of `audit`, among how many of the hardest of both.
  let neighbors: (suspicionCount: Int, depth: Int)?

  /// The temperature that the page opens at, and marks as the choice, if there is one.
  let temperature: Double?

  /// What the data say of the choice, in a sentence.
  let sentence: String?

  /// What to bear in mind before that is used, a paragraph each.
  let cautions: [String]

  let sample: PageSample

  /// Draws the queries, and computes what the page holds of them.
  ///
  /// - Parameters:
  ///   - queries: `N × d`, at least two rows, which are normalised.
  ///   - keys: `N × d`; row i is the positive of query i, and all others are its negatives.
  ///   - ids: Of each row, if some belong together: rows of one id are not each other's negatives.
  ///   - fileRows: N numbers, which rows are called by: where they were drawn or put in another order.
  ///   - subject: The data's name.
  ///   - queryTexts: N texts; rows are shown by their numbers without.
  ///   - keyTexts: N texts.
  ///   - evidence: What training brought.
  ///   - least: Where the loss of all pairs is least.
  ///   - neighbors: Every query's, of the same rows: whose suspicions are flagged. Without them only keys that are the
  ///     query's own are.
  ///   - temperature: The one to begin with.
  ///   - sentence: What to choose, and why.
  ///   - cautions: What to bear in mind before that is used.
  ///   - seed: What queries are drawn by.
  /// - Throws: `ContrastiveError` for shapes that do not fit, texts, ids or numbers that are more or fewer than rows,
  ///   or a row with a NaN or an infinity.
  /// - Complexity: Three products of the sampled queries and all keys; memory for a few tiles.
  init(
    queries: RowSource<Float>, keys: RowSource<Float>, ids: [Int]? = nil, fileRows: [Int]? = nil,
    subject: String, queryTexts: [String]? = nil, keyTexts: [String]? = nil,
    evidence: RecallEvidence? = nil, least: Double? = nil, neighbors: Neighbors? = nil,
    temperature: Double? = nil, sentence: String? = nil, cautions: [String] = [], seed: UInt64 = 1
  ) throws(ContrastiveError) {
    self.subject = subject
    self.fileRows = fileRows
    self.evidence = evidence
    self.least = least
    let twins = neighbors?.twins ?? []
    self.neighbors = neighbors.map {
      (twins.count, $0.hardest.reduce(0) { max($0, $1.count) })
    }
    self.temperature = temperature
    self.sentence = sentence
    self.cautions = cautions
    sample = try PageSample(
      queries: queries, keys: keys, ids: ids, fileRows: fileRows, texts: (queryTexts, keyTexts),
      twins: twins, seed: seed)
  }

  /// The page, for the files of a report.
  var file: (name: String, write: @Sendable (_ path: String) throws -> Void) {
    (
      Self.fileName,
      { [self] path in try Data(html().text.utf8).write(to: URL(filePath: path)) }
    )
  }
}
