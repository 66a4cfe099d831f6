import ArgumentParser
import Contrastive
import Foundation

/// A command that computes one loss on arrays from files.
protocol LossReporting: ReportCommand {
  /// The loss in words, for the head of the report.
  static var title: String { get }

  /// What the loss is, for the list of losses.
  static var card: LossCard { get }

  /// The arrays by which there are gradients: the names of their files, and the options' in camel case.
  static var gradientNames: [String] { get }

  /// What the terms are called.
  static var termName: String { get }

  /// What has to be there for a term, after "no pair: ".
  static var conditionOfTerms: String { get }

  /// Whether there can be terms without a negative, and that is worth a note: not where a loss knows none,
  /// or where every term has its own.
  static var canLackNegatives: Bool { get }

  /// Whether terms can be exactly 0, so that there is a mean over those that are not.
  static var hasHinge: Bool { get }

  var lossOptions: LossOptions { get }

  /// The temperature, for a loss that has one for all rows.
  var reportedTemperature: Temperature? { get throws }

  /// Why the loss is not defined for these arrays, if it is not.
  func undefinedReason<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> String?

  /// Reads the arrays and computes the loss; gradients by arrays only if they are to be written.
  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar>
}

/// A loss that ranks can compute together.
protocol RankLossReporting: LossReporting {
  var rankOptions: RankOptions { get }
}

/// A loss with a temperature.
protocol TemperedLossReporting: LossReporting {
  /// The temperature without an option.
  static var defaultTemperature: Double { get }

  var temperatureOptions: LossTemperatureOptions { get }
}

extension TemperedLossReporting {
  var temperature: Temperature {
    get throws { try temperatureOptions.temperature(default: Self.defaultTemperature) }
  }

  var reportedTemperature: Temperature? {
    get throws { temperatureOptions.temperatures == nil ? try temperature : nil }
  }
}

extension LossReporting {
  static var commandName: String { configuration.commandName ?? title }

  static var termName: String { "query" }

  static var conditionOfTerms: String { "the arrays have no rows" }

  static var canLackNegatives: Bool { true }

  static var hasHinge: Bool { false }

  var reportedTemperature: Temperature? { nil }

  func undefinedReason<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> String? { nil }

  var takesRanks: Bool { self is any RankLossReporting }

  var resultNames: ResultNames? {
    ResultNames(tables: ["summary", "terms"], plots: ["terms-sorted"])
  }

  /// Whether gradients by arrays are asked for.
  var wantsGradients: Bool { lossOptions.gradients != nil }

  func report(progress: ProgressLine) throws -> Report {
    if lossOptions.reduction == .meanOverNonZero, !Self.hasHinge {
      let others = Losses.all.filter { $0.hasHinge }.map { $0.commandName }
      throw ValidationError(
        "--reduction mean-over-non-zero: is of losses with a margin, whose terms can be exactly 0: "
          + "\(others.joined(separator: ", ")); give mean, sum or per-query.")
    }
    switch lossOptions.precision {
    case .float: return try report(as: Float.self)
    case .double: return try report(as: Double.self)
    }
  }

  private func report<Scalar: FileScalar>(
    as scalar: Scalar.Type
  ) throws -> Report {
    let folder = try lossOptions.gradients.flatMap { Ranks.isFirst ? try gradientsFolder($0) : nil }
    let outcome: LossOutcome<Scalar>
    do {
      outcome = try self.outcome(as: scalar)
    } catch let error as ContrastiveError {
      throw ArgumentNames(of: self).failure(error, remedy: "--precision double reads it")
    }
    let note = LossNote(outcome, of: self)
    let result = JSONObject(
      outcome, note: note, options: lossOptions, temperature: try reportedTemperature)
    let gradients = outcome.gradients + [try outcome.temperatureGradients].compactMap(\.self)
    try requireFinite(result, gradients)
    assert(gradients.allSatisfy { Self.writtenNames.contains($0.name) })
    let record = RunRecord(gnuplot: nil, further: [:]).json(of: self)
    try folder?.write(record: record) { staging in
      for gradient in gradients {
        try gradient.matrix.write(
          to: staging.appending(path: gradient.name + ".npy").path(percentEncoded: false),
          shape: gradient.shape)
      }
    }
    var summary = Table("summary", columns: [Column("quantity"), Column("value", format: .full)])
    for member in result.members where !["perQuery", "note"].contains(member.key) {
      summary.append(member.key, member.value)
    }
    var report = Report(title: Self.title, explanation: "", tables: [summary])
    if let note { report.notes.append("Note: \(note.text).") }
    if let path = lossOptions.gradients, !gradients.isEmpty {
      let names = gradients.map { $0.name + ".npy" }.joined(separator: ", ")
      report.notes.append("Gradients written to \(path): \(names)")
    }
    report.result = result
    report.addTerms(
      (outcome.terms ?? []).map { Double($0) }, count: outcome.allTermCount, of: Self.termName,
      loss: Self.title)
    return report
  }
}

extension LossReporting {
  /// The names of all gradients, that by the rows' temperatures among them.
  private static var writtenNames: [String] { gradientNames + ["temperatures"] }

  /// The folder of `--gradients`, in which `gradients.json` tells whose they are.
  private func gradientsFolder(_ path: String) throws(CommandFailure) -> OutputFolder {
    let recordName = "gradients.json"
    let options = JSONObject(optionsOf: self)
    let names = Self.writtenNames.filter { options[$0] != nil }
    return try OutputFolder(
      path, for: FolderUse(by: self, recordName: recordName, isForced: outputOptions.force),
      names: [recordName] + names.map { $0 + ".npy" })
  }

  /// What does not fit the arithmetic is no result, and is not left out of one silently.
  private func requireFinite<Scalar: FileScalar>(
    _ result: JSONObject, _ gradients: [LossOutcome<Scalar>.ArrayGradient]
  ) throws {
    let gradient = gradients.first { (try? $0.matrix.requireFinite(.gradient)) == nil }?.name
    guard let name = result.undefinedKey ?? gradient.map({ "the gradient by \($0)" }) else {
      return
    }
    if let reason = try undefinedReason(as: Scalar.self) {
      throw CommandFailure("\(name): \(reason)")
    }
    throw CommandFailure(
      "\(name): the result is out of \(Scalar.self)'s range; "
        + (lossOptions.precision == .float
          ? "--precision double has a wider one"
          : "numbers of the files, or the scale, have to be smaller"))
  }
}

extension Report {
  /// Adds the terms as a file, not for the terminal, and as a plot in falling order.
  ///
  /// - Parameter count: How many enter the mean: rows that have no term stand as 0 among them.
  fileprivate mutating func addTerms(
    _ terms: [Double], count: Int, of name: String, loss: String
  ) {
    guard !terms.isEmpty else { return }
    var table = Table(
      "terms", columns: [Column(name), Column("loss", unit: "nats", format: .full)])
    for (index, term) in terms.enumerated() { table.append(index, term) }
    attachments.append(table)
    // What is no term is 0, and no term that may be left out is less.
    let sorted = Array(terms.sorted(by: >).prefix(count))
    guard !sorted.isEmpty else { return }
    var plot = Plot(
      name: "terms-sorted", title: "\(loss): the terms from largest to smallest",
      subject: "\(sorted.count) terms",
      x: Axis("\(name) (share of all)"), y: Axis("loss (nats)"))
    plot.series = [
      Series(
        "loss of each \(name)",
        points: sorted.enumerated().map { index, term in
          (x: (Double(index) + 0.5) / Double(sorted.count), y: term)
        })
    ]
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    plot.referenceLines = [.horizontal(at: mean, label: "mean")]
    plots.append(plot)
  }
}
