/// What a report shows, as `report.json` keeps it beside the numbers: the words and the tables as they
/// are printed, and which pictures belong to it. `Experiments report` makes pages of these files.
struct ReportDocument: Hashable, Sendable, Codable {
  /// A picture in a file of its own, `<name>.svg`.
  struct Figure: Hashable, Sendable, Codable {
    let name: String
    let title: String
  }

  let title: String
  let finding: String
  let explanation: String
  let claims: [Claim]
  let illustrations: [Illustration]
  let figures: [Figure]
  let tables: [TableText]
  let notes: [String]

  /// Why it is not the whole, if the command was interrupted.
  var interruption: String?
}

extension ReportDocument {
  init(_ report: Report) {
    title = report.title
    finding = report.finding.isEmpty ? report.conclusion : report.finding
    explanation = report.explanation
    claims = report.claims
    illustrations = report.illustrations
    figures = report.plots.map { Figure(name: $0.name, title: $0.title) }
    tables = report.tables.map(TableText.init)
    notes = report.notes
    interruption = report.interruption
  }

  /// The name of its file.
  static let fileName = "report.json"
}
