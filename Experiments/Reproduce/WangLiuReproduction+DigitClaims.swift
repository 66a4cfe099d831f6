/// Wang and Liu's table 1, held against digits.
extension WangLiuReproduction {
  private static func column(_ name: String, of table: Table) -> [Double] {
    table.numbers(in: name).map { $0 ?? .nan }
  }

  private static func list(_ numbers: [Double]) -> String {
    numbers.map { $0.text(digits: 3) }.joined(separator: ", ")
  }

  func digitClaims(
    _ table: Table, _ encoders: DigitBaselines.Encoders, _ baselines: DigitBaselines
  ) -> [Claim] {
    let temperatures = Self.column("temperature", of: table)
    let settings = temperatures.map { $0.text(digits: 3) }
    let at = " at τ = \(settings.joined(separator: ", "))"
    let printedAt = " at τ = " + Self.list(Self.printed.map(\.temperature))
    func trend(_ name: String, rising: Bool) -> Verdict {
      let (means, errors) = (Self.column(name, of: table), Self.column("\(name)Error", of: table))
      func parts(at places: [Int]) -> [Verdict.Part] {
        Trend(of: places.map { means[$0] }, errors: places.map { errors[$0] }, rising: rising)
          .parts(
            settings: places.map { settings[$0] }, expected: rising ? "rises" : "falls",
            opposite: rising ? "falls" : "rises")
      }
      let theirs = temperatures.indices.filter { index in
        Self.printed.contains { $0.temperature == temperatures[index] }
      }
      return Verdict(
        parts: parts(at: theirs).map {
          Verdict.Part("over the paper's own τ it \($0.phrase)", $0.holds)
        } + parts(at: Array(temperatures.indices)))
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
        criterion:
          "a fall by two standard errors over seeds at every step up in τ, of the paper's own τ and of the whole grid",
        settled: settled, verdict: trend("uniformity", rising: false)),
      Claim(
        "They are the more tolerant of alike samples the larger τ.",
        paper: .behaviour, "table 1, tolerance on CIFAR-10",
        quote: Self.list(Self.printed.map(\.tolerance)) + printedAt, evidence: .training,
        measured: "tolerance \(Self.list(Self.column("tolerance", of: table)))\(at)",
        baseline: baselines.text(\.tolerance),
        criterion:
          "a rise by two standard errors over seeds at every step up in τ, of the paper's own τ and of the whole grid",
        settled: settled, verdict: trend("tolerance", rising: true)),
      Claim(
        "Accuracy over τ is a reverse U: best in between, at 0.2 or 0.3.",
        paper: .behaviour, "text, and table 1 on CIFAR-10, \(DigitScores.insteadOfLinear)",
        quote: "best at 0.2 or 0.3; "
          + Self.printed.map { $0.accuracy.text(digits: 4) }.joined(separator: ", ") + printedAt,
        evidence: .training,
        measured:
          "on shifted digits \(Self.list(Self.column("neighborAccuracy", of: table)))\(at); on digits as they are "
          + Self.list(Self.column("cleanAccuracy", of: table)),
        baseline: baselines.accuracyText, criterion: DigitBaselines.peakCriterion,
        settled: DigitBaselines.settlement("100 epochs became 300, which moved the best τ up"),
        verdict: Verdict(
          parts: baselines.peakParts(encoders, at: 0.2...0.3, of: temperatures))),
    ]
  }

  func finding(
    on table: Table, _ encoders: DigitBaselines.Encoders, _ baselines: DigitBaselines
  ) -> String {
    let temperatures = Self.column("temperature", of: table)
    let uniform = Peak(
      of: Self.column("uniformity", of: table), errors: Self.column("uniformityError", of: table))
    let peaks = DigitTask.allCases.map { task in
      "\(task.name) at \(Peak(of: encoders.shares(task)).text(of: temperatures))"
    }
    return
      "Encoders of digits are most uniform when trained at \(uniform.text(of: temperatures)); accuracy is best, "
      + "\(peaks.joined(separator: "; ")). " + baselines.comparison(encoders)
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
