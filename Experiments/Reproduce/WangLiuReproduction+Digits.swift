import Contrastive

/// Embeddings of digits, trained at several temperatures.
extension WangLiuReproduction {
  private struct Outcome: Sendable {
    let scores: DigitScores
    let contrastiveAccuracy: Double
  }

  /// The paper's table 1 for CIFAR-10, of the ordinary contrastive loss.
  private static let printed:
    [(temperature: Double, uniformity: Double, tolerance: Double, accuracy: Double)] = [
      (0.07, 3.86, 0.04, 79.75), (0.3, 3.60, 0.178, 83.27), (0.7, 3.17, 0.333, 82.69),
      (1, 2.96, 0.372, 82.21),
    ]

  func addDigits(to report: inout Report, progress: ProgressLine) throws {
    let (training, test) = try Digits.load()
    let values = temperatures.numbers.sorted()
    let outcomes = try Self.train(
      at: values, seeds: seeds, epochs: epochs, progress: progress
    ) { value, seed, tally in
      let trained = try DigitMoCo(
        temperature: Temperature(value), seed: seed, epochs: epochs
      ).train(on: training, tally: tally)
      return Outcome(
        scores: try DigitScores(trained.encoder, training: training, test: test),
        contrastiveAccuracy: trained.accuracies.last ?? .nan)
    }
    let table = digitTable(values, outcomes)
    report.claims += Self.digitClaims(table)
    report.tables += [table, Self.printedTable]
    report.plots += Self.digitPlots(table)
    report.result.add("digits", table)
    report.result.add("printed", Self.printedTable)
    report.notes.append(
      "Below τ = 0.1 uniformity falls on digits, where the paper's still rises at 0.07: the encoder, "
        + "small and trained for some thousand steps, is then led by a handful of 1024 negatives.")
    report.notes.append(
      "Digits: an MLP of 64, 256 and 32 units on \(training.labels.count) images, queue 1024, "
        + "momentum 0.99, batches of 128, \(epochs) epochs, Adam 1e-3; scores of "
        + "\(test.labels.count) others.")
  }

  private func digitTable(_ values: [Double], _ outcomes: [[Outcome]]) -> Table {
    var table = Table(
      "wang-liu-digits", title: "Embeddings of digits, mean of \(seeds) seeds",
      columns: [
        Column("temperature", heading: "τ"), Column("uniformity", heading: "−uniformity (t = 2)"),
        Column("tolerance"), Column("neighborAccuracy", heading: "neighbour accuracy"),
        Column("neighborError", heading: "± (standard error)", format: .significant(2)),
        Column("contrastiveAccuracy", heading: "contrastive accuracy"),
      ])
    for (value, own) in zip(values, outcomes) {
      let neighbors = own.map(\.scores.neighborAccuracy)
      table.append(
        value, -own.map(\.scores.uniformity).mean, own.map(\.scores.tolerance).mean,
        neighbors.mean, neighbors.standardError, own.map(\.contrastiveAccuracy).mean)
    }
    return table
  }

  private static var printedTable: Table {
    var table = Table(
      "wang-liu-printed", title: "Wang and Liu's table 1: ResNet-18 on CIFAR-10",
      columns: [
        Column("temperature", heading: "τ"), Column("uniformity", heading: "−uniformity"),
        Column("tolerance"), Column("accuracy", heading: "linear accuracy"),
      ])
    for row in printed {
      table.append(row.temperature, row.uniformity, row.tolerance, row.accuracy / 100)
    }
    return table
  }

  // MARK: The claims

  private static func digitClaims(_ table: Table) -> [Claim] {
    let temperatures = table.numbers(in: "temperature").compactMap(\.self)
    func list(_ numbers: [Double]) -> String {
      numbers.map { $0.text(digits: 4) }.joined(separator: ", ")
    }
    // From 0.1 on: see the note.
    func column(_ name: String) -> [Double] {
      zip(temperatures, table.numbers(in: name)).compactMap { $0 >= 0.1 ? $1 : nil }
    }
    let shown = list(temperatures.filter { $0 >= 0.1 })
    let (uniformity, tolerance) = (column("uniformity"), column("tolerance"))
    let accuracy = table.numbers(in: "neighborAccuracy").compactMap(\.self)
    let peak = Peak(
      of: accuracy, errors: table.numbers(in: "neighborError").compactMap(\.self))
    let printedAt = " at τ = " + list(printed.map(\.temperature))
    return [
      Claim(
        "Embeddings are the more uniform the smaller τ, from 0.1 on.",
        paper: .behaviour, "table 1, CIFAR-10: " + list(printed.map(\.uniformity)) + printedAt,
        measured: "on digits \(list(uniformity)) at τ = \(shown)",
        agrees: uniformity.count > 1 && uniformity.isFalling),
      Claim(
        "They are the more tolerant of alike samples the larger τ, from 0.1 on.",
        paper: .behaviour, "table 1, CIFAR-10: " + list(printed.map(\.tolerance)) + printedAt,
        measured: "on digits \(list(tolerance)) at τ = \(shown)",
        agrees: tolerance.count > 1 && tolerance.isRising),
      Claim(
        "Accuracy over τ is a reverse U: best between the extremes.",
        paper: .behaviour, "table 1, CIFAR-10: " + list(printed.map(\.accuracy)) + printedAt,
        measured: "neighbour accuracy on digits \(list(accuracy)) at τ = \(list(temperatures))",
        agrees: peak.isInside),
    ]
  }

  private static func digitPlots(_ table: Table) -> [Plot] {
    func plot(_ name: String, _ title: String, _ y: String, _ columns: [(String, String, Table)])
      -> Plot
    {
      var plot = Plot(
        name: name, title: title, x: Axis("temperature τ", isLogarithmic: true), y: Axis(y))
      plot.series = columns.map { title, column, table in
        Series(title, of: table, x: "temperature", y: column, style: .linesAndPoints)
      }
      return plot
    }
    return [
      plot(
        "wang-liu-uniformity", "Uniformity over τ", "−uniformity (nats)",
        [("digits", "uniformity", table), ("CIFAR-10, table 1", "uniformity", printedTable)]),
      plot(
        "wang-liu-tolerance", "Tolerance over τ", "mean cosine of equal labels",
        [("digits", "tolerance", table), ("CIFAR-10, table 1", "tolerance", printedTable)]),
      plot(
        "wang-liu-accuracy", "What the embeddings are worth", "accuracy",
        [
          ("digits, nearest neighbours", "neighborAccuracy", table),
          ("CIFAR-10, linear, table 1", "accuracy", printedTable),
        ]),
    ]
  }
}
