/// SimCLR's table of temperatures, held against digits.
extension SimCLRTemperatureReproduction {
  private static func list(_ numbers: [Double], digits: Int = 3) -> String {
    numbers.map { $0.text(digits: digits) }.joined(separator: ", ")
  }

  private static func quote(
    _ key: KeyPath<
      (temperature: Double, entropy: Double, accuracy: Double, topOne: Double), Double
    >
  ) -> String {
    "\(list(printed.map { $0[keyPath: key] })) at τ = \(list(printed.map(\.temperature)))"
  }

  static func claims(
    on outcomes: [[Outcome]], at temperatures: [Double], pixels: Double,
    encoders: DigitBaselines.Encoders, baselines: DigitBaselines
  ) -> [Claim] {
    let at = " at τ = \(list(temperatures))"
    let entropies = outcomes.map { $0.map(\.entropy).mean }
    let contrastive = outcomes.map { $0.map(\.contrastiveAccuracy) }
    func falls(at places: [Int]) -> [Verdict.Part] {
      Trend(ofSeeds: places.map { contrastive[$0] }, rising: false).parts(
        settings: places.map { temperatures[$0].text(digits: 3) }, expected: "falls",
        opposite: "rises")
    }
    let theirs = temperatures.indices.filter { place in
      printed.contains { $0.temperature == temperatures[place] }
    }
    return [
      Claim(
        "The entropy of the contrastive distribution rises with τ.", paper: .simCLR, "table 5",
        quote: quote(\.entropy), evidence: .definition, measured: list(entropies) + at,
        baseline:
          "of the untrained encoder \(list(outcomes.map { $0.map(\.untrainedEntropy).mean })): of embeddings "
          + "that are given it rises whatever they are",
        criterion: "a rise at every step", settled: .before, verdict: Verdict(entropies.isRising)),
      Claim(
        "Contrastive accuracy falls as τ rises.", paper: .simCLR, "table 5",
        quote: quote(\.accuracy),
        evidence: .training,
        measured: list(contrastive.map(\.mean)) + at + ", of the training digits",
        baseline: "raw pixels \(pixels.text(digits: 3)), the untrained encoder "
          + list([outcomes.flatMap { $0.map(\.untrainedAccuracy) }.mean]) + ", at every τ",
        criterion:
          "a fall by more than the error over seeds at every step of the paper's own τ; 0.2 is ours",
        settled: .rejudged(
          from: [.agrees, .agreesInPart],
          "widened: until then it was enough that no single rise was more than noise; 100 epochs "
            + "became 300; the steps to 0.2 and from it counted, too"),
        verdict: Verdict(
          parts: falls(at: theirs)
            + (theirs.count < temperatures.count
              ? falls(at: Array(temperatures.indices)).map(\.asBeyond) : []))),
      Claim(
        "Of τ = 0.05, 0.1, 0.5 and 1 the best is 0.1.", paper: .simCLR,
        "table 5, top-1, \(DigitScores.insteadOfLinear)",
        quote: quote(\.topOne), evidence: .training,
        measured: DigitTask.allCases.map { task in
          "\(task.name) \(list(encoders.shares(task).map(\.mean)))"
        }.joined(separator: "; ") + at, baseline: baselines.accuracyText,
        criterion: "\(DigitBaselines.peakCriterion); 0.2 is ours",
        settled: DigitBaselines.settlement(
          "100 epochs became 300, which moved the best τ up; that it is better in between than at both ends of a grid with "
            + "0.2 counted until then; \(DigitBaselines.howLosing)", from: [.agrees, .agreesInPart]),
        verdict: Verdict(
          parts: DigitBaselines.betterParts(
            encoders, at: [0.1], than: [0.05, 0.5, 1], of: temperatures)
            + DigitTask.allCases.flatMap { baselines.parts(encoders, $0) }
            + DigitBaselines.bestOfAllParts(encoders, of: temperatures))),
    ]
  }

  static func finding(
    _ temperatures: [Double], encoders: DigitBaselines.Encoders, baselines: DigitBaselines
  ) -> String {
    let peaks = DigitTask.allCases.map { task in
      "\(task.name) at \(Peak(of: encoders.shares(task)).text(of: temperatures))"
    }
    return "SimCLR's embeddings of digits are best when trained, \(peaks.joined(separator: "; ")). "
      + "\(Peak.intervalMeaning) " + baselines.comparison(encoders)
  }

  // MARK: The figures

  func plots(of table: Table, ceiling: Double, baselines: DigitBaselines) -> [Plot] {
    func plot(_ name: String, _ title: String, _ y: Axis, _ series: [Series]) -> Plot {
      var plot = Plot(
        name: name, title: title, subject: "1400 digits, \(seeds) seeds; SimCLR's are ImageNet's",
        x: Axis("temperature τ", isLogarithmic: true), y: y)
      plot.series = series
      return plot
    }
    func series(
      _ title: String, _ column: String, error: String? = nil, of table: Table
    ) -> Series {
      Series(
        title, of: table, x: "temperature", y: column, error: error, style: .linesAndPoints)
    }
    var entropy = plot(
      "simclr-entropy", "Entropy of the softmax", Axis("entropy (nats)"),
      [
        series("digits", "entropy", of: table),
        series("SimCLR, table 5", "entropy", of: Self.printedTable),
        series("untrained, digits", "untrainedEntropy", of: table),
      ])
    entropy.referenceLines = [.horizontal(at: ceiling, label: "all alike, digits")]
    let contrastive = plot(
      "simclr-contrastive", "Views that find their other one", Axis("contrastive accuracy"),
      [
        series("digits ± 95 %", "contrastiveAccuracy", error: "contrastiveError", of: table),
        series("SimCLR, table 5", "contrastiveAccuracy", of: Self.printedTable),
        series("untrained, digits", "untrainedAccuracy", of: table),
      ])
    let subject = "1400 digits, \(seeds) seeds"
    return [
      entropy, contrastive,
      baselines.accuracyPlot(
        "simclr-accuracy-shifted", .shifted, of: table,
        subject: "\(subject); SimCLR's are ImageNet's",
        beside: series("SimCLR, top-1", "topOne", of: Self.printedTable)),
      baselines.accuracyPlot("simclr-accuracy-clean", .clean, of: table, subject: subject),
    ]
  }
}
