import ArgumentParser

/// All reproductions, one after another.
struct ReproduceAll: InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "all",
    abstract: "Run all reproductions, each into a folder of its own.",
    discussion: """
      Each writes its folder as soon as it is done. One that cannot be run does not keep the others \
      from running; the status at the end is its own, or 1 if a claim does not agree or the computation of an illustration is at fault. \
      Ctrl-C ends with what is done.

      Example:
        Experiments reproduce all --output results && Experiments report --results results
      """)

  @OptionGroup var outputOptions: OutputOptions

  func report(progress: ProgressLine) throws -> Report {
    report(
      of: ReproductionRun.run(
        Reproduce.all, into: outputOptions.output, isForced: outputOptions.force,
        progress: progress))
  }

  func report(of runs: [ReproductionRun]) -> Report {
    let claims = runs.claims
    var report = Report(
      title: "Results of papers, computed again",
      explanation: ["\(runs.count) reproductions.", claims.countText, runs.illustrations.countText]
        .compactMap(\.self).joined(separator: " "),
      tables: [runs.table])
    report.notes = claims.isEmpty ? [] : [Verdict.rule]
    report.notes += runs.flatMap(\.faultLines) + runs.flatMap(\.lines)
    if runs.count < Reproduce.all.count {
      report.notes.append(
        "Not run: \(Reproduce.all.dropFirst(runs.count).map { $0.name }.joined(separator: ", ")).")
    }
    report.interruption = runs.interruption(of: Reproduce.all.count)
    report.result = ["verdicts": claims.verdictCounts, "reproductions": runs.map(\.json)]
    report.status = runs.status
    return report
  }
}

extension ReproductionRun {
  /// A paragraph for each claim.
  fileprivate var lines: [String] {
    (report?.claims ?? []).map { "\(name) \($0.outcome): \($0.statement) \($0.line)" }
  }

  /// A paragraph for each illustration whose computation is at fault.
  fileprivate var faultLines: [String] {
    (report?.illustrations ?? []).compactMap { one in
      one.faultLine.map { "\(name) is at fault: \(one.statement) \($0)" }
    }
  }
}

extension ReproductionRun: JSONRepresentable {
  var json: JSON {
    .object([
      "name": name, "interrupted": isInterrupted ? true : nil, "finding": report?.finding,
      "verdicts": report?.claims.verdictCounts, "claims": report?.claims,
      "illustrations": report?.illustrations, "failure": failure?.description,
      "seconds": seconds,
    ])
  }
}
