import ArgumentParser
import Contrastive
import Foundation

/// A command that computes one loss on arrays from files.
protocol LossReporting: ReportCommand {
  /// The loss in words, for the head of the report.
  static var title: String { get }

  /// What the loss is, for the list of losses.
  static var card: LossCard { get }

  /// What the terms are called.
  static var termName: String { get }

  var lossOptions: LossOptions { get }

  /// The temperature, for a loss that has one for all rows.
  var reportedTemperature: Temperature? { get throws }

  /// The files of the library's arguments, by the arguments' names, for messages.
  var files: [String: String] { get }

  /// The same of arguments that losses share.
  var sharedFiles: [String: String] { get }

  /// Reads the arrays and computes the loss; gradients by arrays only if they are to be written.
  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar>
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

  var sharedFiles: [String: String] {
    ["reduction": "--reduction", "temperatures": temperatureOptions.temperatures]
      .compactMapValues(\.self)
  }
}

extension LossReporting {
  static var commandName: String { configuration.commandName ?? title }

  static var termName: String { "query" }

  var reportedTemperature: Temperature? { nil }

  var sharedFiles: [String: String] { ["reduction": "--reduction"] }

  /// Whether gradients by arrays are asked for.
  var wantsGradients: Bool { lossOptions.gradients != nil }

  func report(progress: ProgressLine) throws -> Report {
    switch lossOptions.precision {
    case .float: try report(as: Float.self)
    case .double: try report(as: Double.self)
    }
  }

  private func report<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> Report {
    let folder = try lossOptions.gradients.map { try OutputFolder($0) }
    let outcome: LossOutcome<Scalar>
    do {
      outcome = try self.outcome(as: scalar)
    } catch let error as ContrastiveError {
      throw error.naming(files.merging(sharedFiles) { own, _ in own })
    }
    let gradients = outcome.gradients + [try outcome.temperatureGradients].compactMap(\.self)
    try folder?.write { staging in
      for gradient in gradients {
        try gradient.matrix.write(
          to: staging.appending(path: gradient.name + ".npy").path(percentEncoded: false),
          shape: gradient.shape)
      }
    }
    let result = JSONObject(
      outcome, options: lossOptions, temperature: try reportedTemperature)
    var summary = Table("summary", columns: [Column("quantity"), Column("value", format: .full)])
    for member in result.members where member.key != "perQuery" {
      summary.append(member.key, member.value)
    }
    var report = Report(title: Self.title, explanation: "", tables: [summary])
    if let path = lossOptions.gradients, !gradients.isEmpty {
      let names = gradients.map { $0.name + ".npy" }.joined(separator: ", ")
      report.notes.append("Gradients written to \(path): \(names)")
    }
    report.result = result
    report.addTerms((outcome.terms ?? []).map { Double($0) }, of: Self.termName, loss: Self.title)
    return report
  }
}

extension Report {
  /// Adds the terms as a file, not for the terminal, and as a plot in falling order.
  fileprivate mutating func addTerms(_ terms: [Double], of name: String, loss: String) {
    guard !terms.isEmpty else { return }
    var table = Table(
      "terms", columns: [Column(name), Column("loss", unit: "nats", format: .full)])
    for (index, term) in terms.enumerated() { table.append(index, term) }
    attachments.append(table)
    var plot = Plot(
      name: "terms-sorted", title: "\(loss): the terms from largest to smallest",
      subject: "\(terms.count) terms",
      x: Axis("\(name) (share of all)"), y: Axis("loss (nats)"))
    let sorted = terms.sorted(by: >)
    plot.series = [
      Series(
        "loss of a \(name)",
        points: sorted.enumerated().map { index, term in
          (x: (Double(index) + 0.5) / Double(sorted.count), y: term)
        })
    ]
    let mean = terms.reduce(0, +) / Double(terms.count)
    plot.referenceLines = [.horizontal(at: mean, label: "mean")]
    plots.append(plot)
  }
}
