import Contrastive
import Foundation

extension SoftmaxTemperature {
  /// The softmax of logits of one's own.
  func report(vector logits: [Double]) throws -> Report {
    let (softmax, level, marks) = try softmax()
    let probabilities = softmax.probabilities(of: logits)
    let logProbabilities = softmax.logProbabilities(of: logits)
    let entropy = softmax.entropy(of: logits)
    var table = Table(
      "softmax",
      columns: [
        Column("index"), Column("logit"), Column("probability", format: .significant(8)),
        Column("logProbability", heading: "log probability", format: .significant(8)),
      ])
    for (index, logit) in logits.enumerated() {
      table.append(index, logit, probabilities[index], logProbabilities[index])
    }
    var report = Report(
      title: "Softmax at \(level)",
      explanation: "Entropy \(entropy.text(digits: 6)) of at most "
        + "log \(logits.count) = \(uniformEntropy(logits.count)) nats.",
      tables: [table])
    report.plots = [Self.plot(of: logits, name: "softmax-temperature", marks: marks)]
    report.result = [
      "probabilities": probabilities, "logProbabilities": defined([logProbabilities]).map { $0[0] },
      "entropy": entropy,
    ]
    return report
  }

  /// The softmax of every row of a matrix.
  func report(rows logits: Matrix<Double>) throws -> Report {
    let (softmax, level, _) = try softmax()
    let rows = (0..<logits.rowCount).map { logits.rows($0..<$0 + 1).elements }
    let probabilities = rows.map { softmax.probabilities(of: $0) }
    let entropies = softmax.entropies(of: logits)
    var table = Table(
      "softmax-rows",
      columns: [
        Column("row"), Column("entropy", unit: "nats", format: .significant(6)),
        Column("largest", heading: "largest probability", format: .significant(6)),
        Column("index", heading: "at index"),
      ])
    for (row, p) in probabilities.enumerated() {
      let largest = p.max() ?? 0
      table.append(row, entropies[row], largest, p.firstIndex(of: largest))
    }
    var report = Report(
      title: "Softmax of \(rows.count.words("row")) at \(level)",
      explanation: "Entropy is at most log \(logits.columnCount) = "
        + "\(uniformEntropy(logits.columnCount)) nats. --json and --output have all the "
        + "probabilities.",
      tables: [table])
    var all = Table(
      "softmax-probabilities", columns: (0..<logits.columnCount).map { Column("p\($0)") })
    for p in probabilities { all.append(row: p) }
    report.attachments = [all]
    report.result = [
      "probabilities": probabilities,
      "logProbabilities": defined(rows.map { softmax.logProbabilities(of: $0) }),
      "entropy": entropies,
    ]
    return report
  }

  /// What was asked for, by its name, and the temperature to mark in a figure, if it is one.
  private func softmax() throws -> (Softmax, level: String, marks: [Double]) {
    if let limit {
      return (
        Softmax(limit: limit.value), limit == .zero ? "the limit τ → 0" : "the limit τ → ∞", []
      )
    }
    let temperature = try temperature.temperature(default: 1)
    return (Softmax(temperature: temperature), "τ = \(temperature.value)", [temperature.value])
  }

  /// Log-probabilities but where, at τ → 0, one is that of nothing.
  private func defined(_ logProbabilities: [[Double]]) -> [[Double]]? {
    limit == nil || logProbabilities.joined().allSatisfy(\.isFinite) ? logProbabilities : nil
  }

  private func uniformEntropy(_ count: Int) -> String {
    log(Double(count)).text(digits: 6)
  }
}
