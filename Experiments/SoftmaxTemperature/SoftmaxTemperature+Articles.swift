import Contrastive

extension SoftmaxTemperature {
  /// Every number and figure of the two articles.
  static func articlesReport() -> Report {
    let printed = printedTable
    var report = Report(
      title: "The softmax with temperature of two articles",
      explanation: "σ_T(r) = softmax(r/T) of “Softmax sensitivity to temperature” (sensitivity) "
        + "and “The Use of Temperature in Softmax” (use): their printed numbers beside ours.",
      tables: [printed, limitsTable])
    report.notes = [
      "Of the printed numbers \(PrintedSoftmax.digitsText(of: PrintedSoftmax.all)), judged by arithmetic of "
        + "38 digits. Where the last of 16 or 17 digits is off, the article's own rounding shows, and “agrees” "
        + "allows for it.",
      "As T → 0 the largest logits share everything equally, as T → ∞ all do.",
    ]
    report.plots = [
      plot(of: [1, 2, 3], name: "softmax-1-2-3", marks: [0.1, 1, 10]),
      plot(of: [1, 3, 3], name: "softmax-1-3-3", marks: []),
    ]
    report.result = ["printed": printed, "limits": limitsTable]
    return report
  }

  private static var printedTable: Table {
    var table = Table(
      "softmax-printed",
      columns: [
        Column("article"), Column("logits", heading: "r"),
        Column("temperature", heading: "T", format: .significant(6)),
        Column("index", heading: "i"), Column("printed"),
        Column("probability", heading: "ours", format: .full), Column("agrees"),
      ])
    for entry in PrintedSoftmax.all {
      let probabilities =
        (try? Temperature(entry.temperature)).map {
          Softmax(temperature: $0).probabilities(of: entry.logits)
        } ?? []
      for (index, (printed, probability)) in zip(entry.probabilities, probabilities).enumerated() {
        table.append(
          entry.article, text(entry.logits), entry.temperature, index + 1, printed, probability,
          printed.agrees(with: probability))
      }
    }
    return table
  }

  /// The propositions on σ_0 and σ_∞, with a single largest element and with a tie.
  private static var limitsTable: Table {
    var table = Table(
      "softmax-limits", title: "The limits, and how far σ_T is from them",
      columns: [
        Column("logits", heading: "r"), Column("limit", heading: "T →"), Column("probabilities"),
        Column("nearTemperature", heading: "T", format: .significant(6)),
        Column("distance", heading: "largest difference"),
      ])
    let near: [(TemperatureLimit, Temperature)] = [(.zero, 0.01), (.infinity, 10_000)]
    for logits in [[1, 2, 3], [1, 3, 3], [1, 5, 7, 10]] as [[Double]] {
      for (limit, temperature) in near {
        let end = Softmax(limit: limit).probabilities(of: logits)
        let close = Softmax(temperature: temperature).probabilities(of: logits)
        table.append(
          text(logits), limit == .zero ? "0" : "∞", text(end), temperature.value,
          zip(end, close).map { abs($0 - $1) }.max())
      }
    }
    return table
  }

  /// The probabilities of logits against the temperature; equal logits have one curve.
  static func plot(of logits: [Double], name: String, marks: [Double]) -> Plot {
    let ends = marks + [0.01, 100]
    let grid = ((ends.min() ?? 0.01)...(ends.max() ?? 100)).logarithmicGrid(count: 200)
    let curves = grid.map { temperature in
      (try? Temperature(temperature)).map {
        Softmax(temperature: $0).probabilities(of: logits)
      }
    }
    var plot = Plot(
      name: name, title: "Softmax over its temperature", subject: "r = (\(text(logits)))",
      x: Axis("temperature T", isLogarithmic: true), y: Axis("probability", range: 0...1))
    // The largest few, where there are more than a key has room for.
    let values = Set(logits).sorted(by: >).prefix(8)
    plot.series = values.reversed().compactMap { value in
      guard let index = logits.firstIndex(of: value) else { return nil }
      let count = logits.count { $0 == value }
      return Series(
        "r = \(value.text(digits: 6))" + (count > 1 ? ", each of \(count)" : ""),
        points: zip(grid, curves).map { ($0, $1?[index]) })
    }
    plot.referenceLines =
      marks.map { .vertical(at: $0, label: "T = \($0.text(digits: 3))") }
      + [.horizontal(at: 1 / Double(logits.count), label: "uniform")]
    return plot
  }

  private static func text(_ numbers: [Double]) -> String {
    numbers.count > 8
      ? "\(numbers.count) logits"
      : numbers.map { $0.text(digits: 4) }.joined(separator: ", ")
  }
}
