import Foundation
import Testing

@testable import Experiments

/// Folders of results, and the page of them.
enum WrittenResults {
  /// A folder of results as a command writes it, with a picture that gnuplot need not draw.
  static func write(
    _ name: String, claims: [Claim], illustrations: [Illustration] = [], rows: Int,
    to folder: borrowing TemporaryFolder
  ) throws {
    var table = Table(
      "numbers", title: "Numbers & more",
      columns: [Column("word"), Column("loss", heading: "L < 1", unit: "nats")])
    for row in 0..<rows { table.append("w\(row)", Double(row)) }
    var plot = Plot(
      name: "curve", title: "Curve \"\(name)\"", subject: "s", x: Axis("x"), y: Axis("y"))
    plot.series = [Series("y", points: [(0, 0)])]
    var report = Report(
      title: "About \(name)", explanation: "a < b & c", claims: claims, tables: [table],
      notes: ["A note."], plots: [plot])
    report.finding = claims.isEmpty ? "" : "\(name) was found."
    report.illustrations = illustrations
    report.result = [:]
    let record: JSONObject = [
      "command": "sweep", "arguments": ["sweep", "--ids", "my ids.npy", "--output", "o", "--json"],
      "seed": 7, "options": ["steps": 3, "json": true] as JSONObject,
    ]
    _ = try report.write(to: OutputFolder(folder.path(name)), record: record, gnuplot: nil)
    try folder.write(InlinePictureTests.svg, to: "\(name)/curve.svg")
  }

  static func page(_ names: String..., in folder: borrowing TemporaryFolder) throws -> (
    report: Report, html: String
  ) {
    let report = try ReportPage.report(
      names + ["--results", folder.path(""), "--output", folder.path("page.html")])
    return (report, try folder.text(of: "page.html"))
  }
}
