import ArgumentParser

/// What became of one reproduction among others.
struct ReproductionRun: Sendable {
  let name: String
  let outcome: Result<Report, CommandFailure>
  let seconds: Double

  /// Runs a reproduction with its default options, and writes its folder.
  ///
  /// Nothing is thrown: what goes wrong with one is no reason not to run the others.
  ///
  /// - Parameters:
  ///   - folder: The folder that gets a folder of the reproduction's name, or nil.
  ///   - isForced: As `--force`.
  init(
    _ type: any Reproduction.Type, into folder: String?, isForced: Bool, progress: ProgressLine
  ) {
    name = type.name
    let clock = ContinuousClock()
    let start = clock.now
    outcome = Self.attempt {
      let command = try Self.command(type)
      let folder = try folder.map {
        try command.resultsFolder("\($0)/\(type.name)", isForced: isForced)
      }
      var report = try command.report(progress: progress)
      report.markEnd()
      progress.clear()
      if let folder { try command.write(report, to: folder) }
      return report
    }
    progress.clear()
    seconds = (clock.now - start) / .seconds(1)
    if let failure {
      StandardError.writeLine("error", "\(name): \(failure)")
    }
  }

  /// Runs reproductions one after another; after Ctrl-C no further ones.
  static func run(
    _ types: [any Reproduction.Type], into folder: String?, isForced: Bool = false,
    progress: ProgressLine
  ) -> [ReproductionRun] {
    var runs: [ReproductionRun] = []
    for type in types where !Interruption.isRequested {
      runs.append(
        ReproductionRun(type, into: folder, isForced: isForced, progress: progress))
      if runs.last?.isInterrupted == true { break }
    }
    return runs
  }

  /// Whether Ctrl-C ended it before it was complete.
  var isInterrupted: Bool { report?.interruption != nil }

  /// Why there is no report.
  var failure: CommandFailure? {
    if case .failure(let failure) = outcome { failure } else { nil }
  }

  var report: Report? { try? outcome.get() }

  private static func command<Command: Reproduction>(_ type: Command.Type) throws -> Command {
    try type.parse([])
  }

  private static func attempt(_ body: () throws -> Report) -> Result<Report, CommandFailure> {
    do {
      return .success(try body())
    } catch {
      return .failure(
        CommandFailure(reporting: error) ?? CommandFailure("\(error)", status: .software))
    }
  }
}

extension [ReproductionRun] {
  /// What is left out of so many after Ctrl-C, for `Report.interruption`.
  func interruption(of count: Int) -> String? {
    guard contains(where: \.isInterrupted) || Interruption.isRequested && self.count < count else {
      return nil
    }
    guard let last else { return "before anything was run" }
    return last.isInterrupted
      ? "in \(last.name); what was run before is complete"
      : "after \(last.name); what was run is complete"
  }

  /// The claims of all.
  var claims: [Claim] { flatMap { $0.report?.claims ?? [] } }

  /// The illustrations of all.
  var illustrations: [Illustration] { flatMap { $0.report?.illustrations ?? [] } }

  /// The status to end with: that of the last that could not be run, else whether a claim does not
  /// agree, or a computation is at fault.
  var status: ExitStatus? {
    if let failure = compactMap(\.failure).last { return failure.status }
    return claims.hasDisagreement || illustrations.hasFault ? .differs : nil
  }

  /// A row for each run.
  var table: Table {
    var table = Table(
      "reproductions",
      columns: [
        Column("name"), Column("agrees"), Column("agreesInPart", heading: "in part"),
        Column("doesNotAgree", heading: "does not"), Column("undecided", heading: "not told"),
        Column("notTested", heading: "not tested"),
        Column("notBetter", heading: "worse, or not told from a baseline"),
        Column("illustrated"), Column("faults", heading: "at fault"),
        Column("seconds", format: .fixed(1)), Column("failure"),
      ])
    for run in self {
      let claims = run.report?.claims
      table.append(
        run.name, claims?.count(.agrees), claims?.count(.agreesInPart),
        claims?.count(.doesNotAgree), claims?.count(.undecided), claims?.count(.notTested),
        claims.map { $0.count(.worse) + $0.count(.notTold) },
        run.report?.illustrations.count, run.report?.illustrations.count { !$0.isRight },
        run.seconds,
        run.failure?.description ?? (run.isInterrupted ? "interrupted" : nil))
    }
    return table
  }
}
