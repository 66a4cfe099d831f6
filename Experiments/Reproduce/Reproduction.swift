import ArgumentParser

/// A paper's result, computed again: a subcommand of `reproduce`.
///
/// A file of `Experiments/Reproduce` has its options and `reproduce(progress:)`. Printing, files,
/// figures, and the page that `report` makes of them are there for all.
protocol Reproduction: InterruptibleCommand {
  /// Computes the paper's result and holds it against the paper.
  ///
  /// - Returns: A report with at least one claim or illustration. What is measured is computed, and never written
  ///   down; what a paper prints is quoted beside it.
  func reproduce(progress: ProgressLine) throws -> Report
}

extension Reproduction {
  /// What it is called on the command line; all have a name of their own.
  static var name: String { commandLineName }

  func report(progress: ProgressLine) throws -> Report {
    var report: Report
    do {
      report = try reproduce(progress: progress)
    } catch let failure as CommandFailure where failure.status == .interrupted {
      report = Report(title: Self.configuration.abstract, explanation: "")
      report.interruption = failure.description
    }
    let numbers = report.result
    if report.interruption == nil { report.interruption = Interruption.noted }
    if report.interruption != nil {
      // What is measured by a part of the runs bears out no claim, and refutes none.
      report.claims = []
      report.illustrations = []
      report.finding = ""
    }
    report.result = [
      "name": Self.name, "finding": report.finding,
      "verdicts": report.claims.verdictCounts, "claims": report.claims,
      "illustrations": report.illustrations,
    ]
    report.result.add(contentsOf: numbers)
    report.status =
      report.claims.hasDisagreement || report.illustrations.hasFault ? .differs : nil
    return report
  }
}
