import Foundation

extension Report {
  /// Writes `result.json`, `run.json`, `report.json`, the tables, the plots and further files to a
  /// folder.
  ///
  /// Pictures that cannot be drawn are no failure: the numbers and the scripts are written.
  ///
  /// - Returns: A line for each picture that is missing, or one if all are, saying what would do.
  /// - Throws: `CommandFailure` if a file cannot be written.
  func write(
    to folder: OutputFolder, record: JSONObject, gnuplot: Gnuplot?
  ) throws(CommandFailure) -> [String] {
    let tables = writtenTables
    let names = fileNames
    precondition(Set(names).count == names.count, "two files of one name among \(names)")
    return try folder.write(record: record) { staging in
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: staging.appending(path: name))
      }
      try write(result.description + "\n", "result.json")
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let document = try encoder.encode(ReportDocument(self))
      try document.write(to: staging.appending(path: ReportDocument.fileName))
      for table in tables { try write(table.csv, "\(table.name).csv") }
      for plot in plots {
        try write(plot.data.csv, "\(plot.data.name).csv")
        try write(plot.script, "\(plot.name).gnuplot")
      }
      for file in files {
        try file.write(staging.appending(path: file.name).path(percentEncoded: false))
      }
      return draw(in: staging, with: gnuplot)
    }
  }

  /// The file that tells how the others came about.
  static let recordName = "run.json"

  /// The files that every command writes to a folder.
  static let commonFiles = [recordName, "result.json", ReportDocument.fileName]

  /// What the files are called that are written besides those.
  var resultNames: ResultNames {
    ResultNames(
      tables: writtenTables.map(\.name), plots: plots.map(\.name), files: files.map(\.name))
  }

  /// The names of all files, those of tables and plots without their endings. They must be different.
  var fileNames: [String] {
    writtenTables.map(\.name) + plots.flatMap { [$0.name, $0.data.name] }
      + files.map(\.name)
  }

  /// The tables that are files, the claims with their comparisons among them.
  private var writtenTables: [Table] {
    tables + attachments
      + (claims.isEmpty
        ? [] : [Table("claims", claims: claims), Table("comparisons", comparisonsOf: claims)])
      + (illustrations.isEmpty
        ? [] : [Table("illustrations", illustrations: illustrations)])
  }

  private func draw(in folder: URL, with gnuplot: Gnuplot?) -> [String] {
    guard !plots.isEmpty else { return [] }
    guard let gnuplot else {
      return [
        "the plots are written as scripts and data only; to draw them install gnuplot "
          + "(apt-get install gnuplot-nox) and run the command again"
      ]
    }
    return plots.compactMap { plot in
      do {
        try gnuplot.draw(plot, in: folder)
        return nil
      } catch {
        return "\(plot.name) is not drawn, only its script and data are written: gnuplot: \(error)"
      }
    }
  }
}
