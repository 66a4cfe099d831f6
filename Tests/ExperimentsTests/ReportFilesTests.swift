import Foundation
import Testing

@testable import Experiments

@Suite("Report's files")
struct ReportFilesTests {
  private static var report: Report {
    var table = Table("numbers", columns: [Column("x"), Column("y")])
    table.append(1.0, 0.1)
    table.append(2.0, 0.2)
    var plot = Plot(name: "curve", title: "Curve", subject: "s", x: Axis("x"), y: Axis("y"))
    plot.series = [Series("y", of: table, x: "x", y: "y")]
    var report = Report(title: "Numbers", explanation: "Two.", tables: [table], plots: [plot])
    report.result = ["count": 2]
    return report
  }

  private static let written = [
    "curve-data.csv", "curve.gnuplot", "numbers.csv", "report.json", "result.json", "run.json",
  ]

  @Test("are numbers and scripts without gnuplot, and one line says how to get the pictures")
  func withoutGnuplot() throws {
    let folder = try TemporaryFolder()
    let notes = try Self.report.write(
      to: OutputFolder(folder.path("out")), record: ["seed": 7], gnuplot: nil)
    #expect(try folder.names(in: "out") == Self.written)
    #expect(try folder.text(of: "out/result.json") == "{\"count\": 2}\n")
    let files = JSON.array(Self.written.filter { $0 != "run.json" }.map { .string($0) })
    #expect(try folder.text(of: "out/run.json") == "{\"seed\": 7, \"files\": \(files)}\n")
    #expect(try folder.text(of: "out/numbers.csv") == Self.report.tables[0].csv)
    #expect(notes.count == 1)
    #expect(notes.first?.contains("apt-get install gnuplot-nox") == true)
  }

  @Test("have no old pictures beside new numbers")
  func oldPictures() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "another.png")
    let record: JSONObject = ["command": "temperature-example", "date": "today"]
    try OutputFolder(folder.path("")).write(record: record) { staging in
      for name in ["curve.svg", "curve.png"] {
        try Data().write(to: staging.appending(path: name))
      }
    }
    _ = try Self.report.write(to: OutputFolder(folder.path("")), record: [:], gnuplot: nil)
    #expect(try folder.names() == ["another.png"] + Self.written)
  }

  @Test("include the pictures with gnuplot", .enabled(if: GnuplotTests.isInstalled))
  func withGnuplot() throws {
    let folder = try TemporaryFolder()
    let notes = try Self.report.write(
      to: OutputFolder(folder.path("")), record: [:], gnuplot: Gnuplot())
    #expect(notes == [])
    #expect(try folder.names() == (Self.written + ["curve.png", "curve.svg"]).sorted())
  }

  @Test("are written where gnuplot fails, with its reason", .enabled(if: GnuplotTests.isInstalled))
  func gnuplotFails() throws {
    var report = Self.report
    report.plots[0].series = [Series("nothing", points: [(x: 1, y: nil)])]
    let folder = try TemporaryFolder()
    let notes = try report.write(
      to: OutputFolder(folder.path("")), record: [:], gnuplot: Gnuplot())
    #expect(notes.count == 1)
    #expect(notes.first?.contains("curve is not drawn") == true)
    #expect(try folder.names() == Self.written)
  }
}
