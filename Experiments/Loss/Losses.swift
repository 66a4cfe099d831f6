import ArgumentParser

/// The losses of the library.
struct Losses: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "losses",
    abstract: "List the losses: formula, candidates, reduction, and which library each equals.",
    discussion: """
      Libraries give different losses one name; this says which one is meant.

      Examples:
        Experiments losses
        Experiments losses --json
        Experiments losses --markdown
      """)

  @Flag(help: "Print the documentation's table, as Markdown.")
  var markdown = false

  @OptionGroup var outputOptions: OutputOptions

  static let groups: [(name: String, losses: [any LossReporting.Type])] =
    Loss.configuration.groupedSubcommands.map { group in
      (group.name, group.subcommands.compactMap { $0 as? any LossReporting.Type })
    }

  static let all: [any LossReporting.Type] = groups.flatMap(\.losses)

  func validate() throws {
    if markdown, outputOptions.json || outputOptions.output != nil || outputOptions.force {
      throw ValidationError(
        "--markdown goes to standard output; leave --json, --output and --force out.")
    }
  }

  func run() throws {
    guard markdown else { return try runReport() }
    try StandardOutput.write(Self.markdownText)
  }

  func report(progress: ProgressLine) throws -> Report {
    var table = Table(
      "losses",
      columns: ["name", "formula", "candidates", "positives", "reduction", "scale", "equals"].map {
        Column($0)
      })
    for loss in Self.all {
      let card = loss.card
      table.append(
        loss.commandName, card.formula, card.candidates, card.positives, card.reduction,
        card.scale, card.equals)
    }
    var report = Report(
      title: "Losses",
      explanation: "Rows are normalised, c are their cosines, s = 1/τ the scale; "
        + "Experiments loss NAME --help tells the options of each.",
      attachments: [table])
    report.notes = Self.all.map { loss in
      """
      \(loss.commandName): \(loss.card.formula). Candidates: \(loss.card.candidates). \
      Positives: \(loss.card.positives). Value: \(loss.card.reduction); \(loss.card.scale). \
      Equals \(loss.card.equals).
      """
    }
    report.notes.append(LossOmission.line)
    report.result = ["losses": table]
    return report
  }

  static var markdownText: String {
    let heads = ["Loss", "A term", "Candidates", "Positives", "Value", "Scale", "Equals"]
    var lines = [
      "# Table of losses",
      "",
      """
      Rows are normalised, c are their cosines, s = 1/τ is the scale, and ℓ = log Σ exp(s·c) over the \
      negatives. Libraries give different losses one name: the columns say in what they differ. Printed \
      by `Experiments losses --markdown`.
      """,
      "",
      "| " + heads.joined(separator: " | ") + " |",
      "|" + heads.map { _ in " --- |" }.joined(),
    ]
    for loss in all {
      let card = loss.card
      let cells = [
        "`\(loss.commandName)`, ``\(card.type)``", card.formula, card.candidates, card.positives,
        card.reduction,
        card.scale, card.equals,
      ]
      lines.append(
        "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |")
    }
    lines += ["", LossOmission.line]
    // The pages of the losses stand under this one.
    lines += ["", "## Topics"]
    for group in groups {
      lines += ["", "### \(group.name)", ""]
      var types: [String] = []
      for loss in group.losses where !types.contains(loss.card.type) {
        types.append(loss.card.type)
        lines.append("- ``\(loss.card.type)``")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
