import ArgumentParser

/// All reproductions, one after another.
struct ReproduceAll: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "all",
    abstract: "Run all reproductions, each into a folder of its own.",
    discussion: """
      Each writes its folder as soon as it is done. One that cannot be run does not keep the others \
      from running; the status at the end is its own, or 1 if a claim differs. Ctrl-C ends with what \
      is done.

      Example:
        Experiments reproduce all --output results && Experiments report --results results
      """)

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    Interruption.listen()
    try runReport()
  }

  func report(progress: ProgressLine) throws -> Report {
    report(
      of: ReproductionRun.run(
        Reproduce.all, into: outputOptions.output, isForced: outputOptions.force,
        progress: progress))
  }

  func report(of runs: [ReproductionRun]) -> Report {
    let claims = runs.flatMap { $0.report?.claims ?? [] }
    var report = Report(
      title: "Results of papers, computed again",
      explanation: "\(claims.count(where: \.agrees)) of \(claims.count) claims of "
        + "\(runs.count) reproductions agree.",
      tables: [runs.table])
    report.notes = runs.flatMap { run in
      (run.report?.claims ?? []).filter { !$0.agrees }.map {
        "\(run.name) differs: \($0.statement) Measured: \($0.measured)."
      }
    }
    if runs.count < Reproduce.all.count {
      report.notes.append(
        "Not run: \(Reproduce.all.dropFirst(runs.count).map { $0.name }.joined(separator: ", ")).")
    }
    report.interruption = runs.interruption(of: Reproduce.all.count)
    report.result = [
      "agrees": report.interruption == nil ? runs.allSatisfy { $0.agrees == true } : nil,
      "reproductions": runs.map(\.json),
    ]
    report.status = runs.status
    return report
  }
}

extension ReproductionRun: JSONRepresentable {
  var json: JSON {
    .object([
      "name": name, "agrees": agrees, "interrupted": isInterrupted ? true : nil,
      "claims": report?.claims,
      "failure": failure?.description, "seconds": seconds,
    ])
  }
}
