/// Wang and Liu's table 1, held against digits.
extension WangLiuReproduction {
  private static func column(_ name: String, of table: Table) -> [Double] {
    table.numbers(in: name).map { $0 ?? .nan }
  }

  private static func list(_ numbers: [Double]) -> String {
    numbers.map { $0.text(digits: 3) }.joined(separator: ", ")
  }

  func digitClaims(_ table: Table, _ baselines: DigitBaselines) -> [Claim] {
    let temperatures = Self.column("temperature", of: table)
    let settings = temperatures.map { $0.text(digits: 3) }
    let at = " at τ = \(settings.joined(separator: ", "))"
    let printedAt = " at τ = " + Self.list(Self.printed.map(\.temperature))
    func trend(_ name: String, rising: Bool) -> Verdict {
      let (means, errors) = (Self.column(name, of: table), Self.column("\(name)Error", of: table))
      let expected = rising ? "rises" : "falls"
      let shared = temperatures.indices.filter { index in
        Self.printed.contains { $0.temperature == temperatures[index] }
      }
      let onTheirs = shared.map { means[$0] }
      let atTheirs: [(phrase: String, holds: Bool)] =
        shared.count < 2
        ? []
        : [
          (
            "\(expected) over the paper's own τ = \(Self.list(shared.map { temperatures[$0] }))",
            rising ? onTheirs.isRising : onTheirs.isFalling
          )
        ]
      return Verdict(
        parts: atTheirs
          + Trend(of: means, errors: errors, rising: rising)
          .parts(settings: settings, expected: expected, opposite: rising ? "falls" : "rises"))
    }
    let settled = Settlement.changed(
      "widened: until then only temperatures from 0.1 on counted, since below it the trend reverses "
        + "here. The paper's own temperatures joined the grid, and 100 epochs became 300, which did not "
        + "turn it")
    return [
      Claim(
        "Embeddings are the more uniform the smaller τ.",
        paper: .behaviour, "table 1, −uniformity on CIFAR-10",
        quote: Self.list(Self.printed.map(\.uniformity)) + printedAt, evidence: .training,
        measured: "−uniformity \(Self.list(Self.column("uniformity", of: table)))\(at)",
        baseline: baselines.text { -$0.uniformity },
        criterion: "a fall by two standard errors at every step up in τ, over the whole grid",
        settled: settled, verdict: trend("uniformity", rising: false)),
      Claim(
        "They are the more tolerant of alike samples the larger τ.",
        paper: .behaviour, "table 1, tolerance on CIFAR-10",
        quote: Self.list(Self.printed.map(\.tolerance)) + printedAt, evidence: .training,
        measured: "tolerance \(Self.list(Self.column("tolerance", of: table)))\(at)",
        baseline: baselines.text(\.tolerance),
        criterion: "a rise by two standard errors at every step up in τ, over the whole grid",
        settled: settled, verdict: trend("tolerance", rising: true)),
      accuracyClaim(table, baselines, at: at, printedAt: printedAt),
    ]
  }

  private func accuracyClaim(
    _ table: Table, _ baselines: DigitBaselines, at: String, printedAt: String
  ) -> Claim {
    let accuracies = Self.column("neighborAccuracy", of: table)
    let errors = Self.column("neighborError", of: table)
    let temperatures = Self.column("temperature", of: table)
    let peak = Peak(of: accuracies, errors: errors)
    let clean = Self.column("cleanAccuracy", of: table)
    return Claim(
      "Accuracy over τ is a reverse U: best between the extremes, at 0.2 or 0.3.",
      paper: .behaviour, "table 1, accuracy on CIFAR-10, \(DigitScores.insteadOfLinear)",
      quote: Self.printed.map { $0.accuracy.text(digits: 4) }.joined(separator: ", ") + printedAt,
      evidence: .training,
      measured: "accuracy \(Self.list(accuracies))\(at); of digits as they are \(Self.list(clean))",
      baseline: baselines.accuracyText,
      criterion: "best inside the grid, above both ends by two standard errors; there above all "
        + "three baselines; at 0.2 or 0.3, or not to be told from it",
      settled: DigitBaselines.settlement("100 epochs became 300, which moved the best τ up"),
      verdict: Verdict(parts: [
        ("a reverse U", peak.isInside),
        (
          "above raw pixels and the untrained encoder",
          !accuracies.isEmpty && accuracies[peak.index] > baselines.bestAccuracy
        ), peak.part(at: 0.2...0.3, named: "0.2 or 0.3", of: temperatures),
        baselines.part(encoders: accuracies),
      ]))
  }

  func finding(on table: Table, _ baselines: DigitBaselines) -> String {
    let temperatures = Self.column("temperature", of: table)
    func place(_ mean: String, _ error: String) -> String {
      Peak(of: Self.column(mean, of: table), errors: Self.column(error, of: table))
        .text(of: temperatures, seeds: seeds)
    }
    return "Encoders of digits are most uniform when trained at "
      + "\(place("uniformity", "uniformityError")), and name most shifted digits at "
      + "\(place("neighborAccuracy", "neighborError")). "
      + baselines.comparison(
        encoders: Self.column("neighborAccuracy", of: table),
        clean: Self.column("cleanAccuracy", of: table))
  }

  // MARK: The figures

  func digitPlots(_ table: Table, _ baselines: DigitBaselines) -> [Plot] {
    func plot(
      _ name: String, _ title: String, _ y: String, _ column: String, error: String,
      printed: String
    ) -> Plot {
      var plot = Plot(
        name: name, title: title, subject: "1400 digits, \(seeds) seeds; table 1 is CIFAR-10's",
        x: Axis("temperature τ", isLogarithmic: true), y: Axis(y))
      plot.series = [
        Series(
          "digits ± error", of: table, x: "temperature", y: column, error: error,
          style: .linesAndPoints),
        Series(
          "table 1", of: Self.printedTable, x: "temperature", y: printed, style: .linesAndPoints),
      ]
      return plot
    }
    func lines(_ score: (DigitScores) -> Double) -> [ReferenceLine] {
      [
        .horizontal(at: score(baselines.pixels), label: "raw pixels"),
        .horizontal(at: baselines.untrained.map(score).mean, label: "untrained encoder"),
      ]
    }
    var plots = [
      plot(
        "wang-liu-uniformity", "Uniformity after training at τ", "−uniformity (nats)", "uniformity",
        error: "uniformityError", printed: "uniformity"),
      plot(
        "wang-liu-tolerance", "Tolerance after training at τ", "mean cosine of equal labels",
        "tolerance", error: "toleranceError", printed: "tolerance"),
      plot(
        "wang-liu-accuracy", "What embeddings are worth", "accuracy", "neighborAccuracy",
        error: "neighborError", printed: "accuracy"),
    ]
    plots[0].referenceLines = lines { -$0.uniformity }
    plots[1].referenceLines = lines(\.tolerance)
    plots[2].referenceLines = baselines.referenceLines
    return plots
  }
}
