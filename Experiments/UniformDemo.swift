import ArgumentParser
import Foundation

/// The softmax of a few logits over temperatures, on its way to the uniform distribution.
struct UniformDemo: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "uniform-demo",
    abstract: "Show how a softmax becomes uniform as its temperature grows.",
    discussion: """
      Example:
        Experiments uniform-demo --logits logits.txt --steps 40 --output results/uniform

      The file holds numbers separated by white space; without it the logits are 1, 0.5 and -1.
      """)

  @Option(help: ArgumentHelp("The file of the logits.", valueName: "file"))
  var logits: String?

  @Option(help: "How many temperatures between 0.01 and 100 to compute.")
  var steps = 25

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if steps < 2 { throw ValidationError("--steps: expected at least 2, found \(steps)") }
  }

  func report(progress: ProgressLine) throws -> Report {
    let logits = try readLogits()
    var table = Table(
      "uniform", title: "Softmax at each temperature",
      columns: [Column("temperature", heading: "τ")]
        + logits.indices.map { Column("p\($0 + 1)") }
        + [Column("entropy", unit: "nats", format: .fixed(4))])
    for step in 0..<steps {
      progress.update("softmax", step, of: steps, "temperatures")
      let temperature = pow(10, -2 + 4 * Double(step) / Double(steps - 1))
      let probabilities = Self.softmax(logits, temperature: temperature)
      let entropy = -probabilities.map { $0 > 0 ? $0 * log($0) : 0 }.reduce(0, +)
      table.append(row: [temperature] + probabilities + [entropy])
    }

    let uniform = log(Double(logits.count))
    var plot = Plot(
      name: "uniform-entropy", title: "Entropy of a softmax over its temperature",
      x: Axis("temperature τ", isLogarithmic: true), y: Axis("entropy (nats)"))
    plot.series = [Series("entropy", of: table, x: "temperature", y: "entropy")]
    plot.referenceLines = [
      .horizontal(at: uniform, label: "log \(logits.count), uniform"),
      .vertical(at: 0.07, label: "MoCo's τ = 0.07"),
    ]

    var report = Report(
      title: "From one winner to uniform",
      explanation: "The softmax of \(logits.count) logits divided by a temperature τ. It goes to "
        + "the largest logit as τ goes to 0, and to the uniform distribution as τ grows.",
      tables: [table])
    report.notes = ["The entropy of the uniform distribution is \(uniform) nats."]
    report.plots = [plot]
    report.result = ["logits": logits, "uniformEntropy": uniform, "rows": table]
    return report
  }

  private func readLogits() throws(CommandFailure) -> [Double] {
    guard let logits else { return [1, 0.5, -1] }
    guard let text = try? String(contentsOfFile: logits, encoding: .utf8) else {
      throw CommandFailure("\(logits): cannot be read; give a text file", status: .missingFile)
    }
    var numbers: [Double] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      guard let number = Double(word), number.isFinite else {
        throw CommandFailure(
          "\(logits): number \(numbers.count + 1) is \(word); every word must be a finite number")
      }
      numbers.append(number)
    }
    guard !numbers.isEmpty else {
      throw CommandFailure("\(logits): holds no numbers; give at least one")
    }
    return numbers
  }

  private static func softmax(_ logits: [Double], temperature: Double) -> [Double] {
    let largest = logits.max() ?? 0
    let terms = logits.map { exp(($0 - largest) / temperature) }
    let sum = terms.reduce(0, +)
    return terms.map { $0 / sum }
  }
}
