import ArgumentParser
import Foundation

/// One page that shows the results of commands.
struct ReportPage: InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract:
      "Write one self-contained HTML page of results: what was claimed, measured, and drawn.",
    discussion: """
      The page holds its pictures and its style, loads nothing, and is light or dark as the reader's \
      system is. With --results it shows the folders of results in a folder: those of `reproduce \
      all`, and of any command's --output. Without, the reproductions are run first.

      Examples:
        Experiments report --results results
        Experiments report distillation wang-liu --output page.html
      """)

  @Argument(help: ArgumentHelp("Only these reproductions or folders.", valueName: "name"))
  var names: [String] = []

  @Option(
    help: ArgumentHelp("A folder of results, or of folders of results.", valueName: "dir"))
  var results: String?

  @Flag(help: "Print one JSON object on one line instead of the tables.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "The page: a file with the ending .html, or the folder that gets a report.html.",
      valueName: "file"))
  var output = "report.html"

  @Flag(help: "Let the page replace a file of its name that is no such page.")
  var force = false

  var outputOptions: OutputOptions {
    // All of them: what was not parsed has no value until it is set.
    var options = OutputOptions()
    (options.json, options.output, options.force) = (json, nil, force)
    return options
  }

  func validate() throws {
    if output == "" { throw ValidationError("--output needs the name of a file.") }
    guard results == nil else { return }
    let known = Reproduce.all.map { $0.name }
    if let unknown = names.first(where: { !known.contains($0) }) {
      throw ValidationError(
        "There is no reproduction \(unknown); there are \(known.joined(separator: ", ")).")
    }
  }

  /// Whether the page's own name is given, and not that of its folder.
  private var namesFile: Bool { output.lowercased().hasSuffix(".html") }

  /// Where the page goes.
  var file: String {
    namesFile ? output : output + (output.hasSuffix("/") ? "" : "/") + "report.html"
  }

  func report(progress: ProgressLine) throws -> Report {
    // Before the computation: an impossible folder should not be found after minutes.
    var isFolder: ObjCBool = false
    if !namesFile,
      unsafe FileManager.default.fileExists(atPath: output, isDirectory: &isFolder),
      !isFolder.boolValue
    {
      throw CommandFailure(
        "\(output): is a file whose name does not end in .html; give a name that does, or that of a "
          + "folder", status: .cannotCreate)
    }
    let place = URL(filePath: file)
    let folder = try OutputFolder(
      place.deletingLastPathComponent().path(percentEncoded: false),
      for: FolderUse(by: self, recordName: nil, isForced: force || Page.isFile(at: place)),
      names: [place.lastPathComponent])
    let (sections, runs) = try sections(progress: progress)
    let page = Page(
      title: "Contrastive losses, their temperatures and their floors",
      introduction: Self.introduction(of: sections),
      sections: sections)
    try folder.write { staging in
      try Data(page.html.text.utf8).write(to: staging.appending(path: place.lastPathComponent))
    }
    return report(of: sections, runs: runs)
  }

  private static func introduction(of sections: [PageSection]) -> String {
    let dates = Set(sections.compactMap(\.date)).sorted()
    let times = [dates.first, dates.last].compactMap { $0?.formatted(.iso8601) }
    let measured =
      "What is shown here was computed when its results were made"
      + (times.isEmpty
        ? "" : ", \(Set(times).count == 1 ? times[0] : times.joined(separator: " to "))")
      + ", at the sizes that are given"
    guard !sections.flatMap(\.claims).isEmpty else { return "\(measured)." }
    return
      "\(measured), but for the numbers said to be a source's, which are quoted in short, and the "
      + "margins of the criteria, which were chosen. A claim on small data that agrees does not prove the "
      + "paper's, and one that does not agree does not refute it."
  }

  private func report(of sections: [PageSection], runs: [ReproductionRun]) -> Report {
    let claims = sections.flatMap(\.claims)
    let illustrations = sections.flatMap(\.illustrations)
    var report = Report(
      title: "A page of \(sections.count.words("result"))",
      explanation: [claims.countText, illustrations.countText, "Written to \(file)."]
        .compactMap(\.self).joined(separator: " "),
      tables: runs.isEmpty ? [] : [runs.table])
    report.result = [
      "file": file, "sections": sections.map(\.name), "claims": claims.count,
      "verdicts": claims.verdictCounts, "illustrations": illustrations.count,
    ]
    if let results, let found = try? ResultsFolder.all(in: results),
      let summary = ResultsFolder.summary(in: results, of: found),
      !summary.outdatedBy.isEmpty
    {
      report.notes = [
        "\(summary.file) and the other files beside it were written before "
          + "\(summary.outdatedBy.joined(separator: ", ")) ran, and tell of an earlier run of them; the page does "
          + "not use them."
      ]
    }
    report.interruption = runs.interruption(of: types.count)
    report.status =
      runs.status ?? (claims.hasDisagreement || illustrations.hasFault ? .differs : nil)
    return report
  }

  // MARK: What it shows

  /// The reproductions to run.
  private var types: [any Reproduction.Type] {
    results == nil ? Reproduce.all.filter { names.isEmpty || names.contains($0.name) } : []
  }

  private func sections(
    progress: ProgressLine
  ) throws -> (sections: [PageSection], runs: [ReproductionRun]) {
    if let results { return (try sections(in: results), []) }
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "Experiments-report-\(UUID().uuidString)", directoryHint: .isDirectory)
    let leftover = try Leftovers.withLock { leftovers in
      leftovers.add { try? FileManager.default.removeItem(at: scratch) }
    }
    defer { Leftovers.remove(leftover) }
    let path = scratch.path(percentEncoded: false)
    let runs = ReproductionRun.run(types, into: path, progress: progress)
    guard runs.contains(where: { $0.report != nil }) else {
      throw runs.last?.failure
        ?? CommandFailure("interrupted before anything was run", status: .interrupted)
    }
    return (try sections(in: path), runs)
  }

  private func sections(in path: String) throws -> [PageSection] {
    let found = try ResultsFolder.all(in: path)
    if let missing = names.first(where: { name in !found.contains { $0.name == name } }) {
      throw CommandFailure(
        "\(path): holds no results of \(missing); there are "
          + found.map(\.name).joined(separator: ", "),
        status: .missingFile)
    }
    return found.filter { names.isEmpty || names.contains($0.name) }
      .enumerated().map { PageSection($1, index: $0 + 1) }
  }
}
