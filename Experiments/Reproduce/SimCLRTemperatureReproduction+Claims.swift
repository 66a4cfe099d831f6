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

  /// What follows from the definition alone, of embeddings that are given.
  ///
  /// - Parameters:
  ///   - untrained: The entropies of encoders that are the same at every temperature.
  ///   - trained: Those of encoders that each temperature trained, which may come out in any order.
  static func illustration(
    untrained: [Double], trained: [Double], at temperatures: [Double]
  ) -> Illustration {
    // A row's entropy is off by no more than the rounding of its `Float` cosines over τ.
    let rounding = 1e-5
    return Illustration(
      "The entropy of the contrastive distribution rises with τ.", paper: .simCLR,
      "table 5: \(quote(\.entropy))", kind: .definition,
      computed:
        "\(list(untrained)) at τ = \(list(temperatures)) of the untrained encoder, which is the same at every τ: of embeddings that are "
        + "given it rises whatever they are. Of those that each τ trained, of which that does not follow, \(list(trained))",
      check:
        "of the untrained encoder no step down by more than rounding, \(list([rounding])) nats",
      isRight: zip(untrained, untrained.dropFirst()).allSatisfy { $1 - $0 > -rounding })
  }

  static func claims(
    on outcomes: [[Outcome]], at temperatures: [Double], pixels: Double,
    encoders: DigitBaselines.Encoders, baselines: DigitBaselines, epochs: Int
  ) -> [Claim] {
    let at = " at τ = \(list(temperatures))"
    let theirs = printed.map(\.temperature)
    let outside = temperatures.outsideText(of: theirs)
    let setting =
      "an MLP of 64, 256 and 32 units on \(Digits.trainingCount) digits in batches of \(DigitSimCLR.defaultBatchSize), \(epochs.words("epoch")); in "
      + "the paper ResNet-50 on ImageNet in batches of 4096"
      + LossCourses.fallingText(
        at: temperatures, outcomes.map { LossCourses($0.map(\.losses)) })
    let contrastive = outcomes.map { $0.map(\.contrastiveAccuracy) }
    func trials(_ steps: [(Int, Int)]) -> [Trial] {
      steps.map { low, high in
        Trial(
          "contrastive accuracy at τ = \(list([temperatures[low]])) less that at \(list([temperatures[high]]))",
          contrastive[low], less: contrastive[high])
      }
    }
    let steps = temperatures.steps(printed: theirs)
    return [
      Claim(
        "\(temperatures.course(of: theirs).map { "From τ = \($0)" } ?? "With rising τ") contrastive accuracy falls.",
        paper: .simCLR, "table 5", quote: quote(\.accuracy),
        evidence: .trained(
          on: setting,
          beside: Baseline(
            text:
              "at every τ, contrastive accuracy of raw pixels \(pixels.text(digits: 3)), of the untrained encoder "
              + list([outcomes.flatMap { $0.map(\.untrainedAccuracy) }.mean])
              + ", beside \(list(contrastive.map(\.mean))) trained\(at)")),
        measured: list(contrastive.map(\.mean)) + at + ", of the training digits",
        criterion: "each step from one τ of the paper's table to the next\(outside)",
        settled: .after(
          "at first it was enough that no single rise was more than noise; 100 epochs became 300; for a time the steps to 0.2 "
            + "and from it counted, too; until last each step had an interval of its own",
          verdicts: [.agrees, .agreesInPart]),
        verdict: Verdict(trials(steps.printed), others: trials(steps.others))),
      Claim(
        "Of τ = \(list(theirs.filter { temperatures.contains($0) || $0 == 0.1 })), accuracy \(DigitScores.byVote) is best at 0.1.",
        paper: .simCLR,
        "table 5, top-1, \(DigitScores.insteadOfLinear)", quote: quote(\.topOne),
        evidence: .trained(on: setting, beside: baselines.baseline(encoders)),
        measured: DigitTask.allCases.map { task in
          "\(task.name) \(list(encoders.shares(task).map(\.mean)))"
        }.joined(separator: "; ") + at,
        criterion:
          "0.1 with all other τ of the paper's table at once, among training digits as they are. \(DigitBaselines.superlativeMeaning)\(outside)",
        settled: .after(
          "\(DigitBaselines.howChanged); 100 epochs became 300, which moved the best τ up; that it is better in between than at both ends "
            + "of a grid with 0.2 counted for a time; \(DigitBaselines.howSuperlativesChanged)",
          verdicts: [.agrees, .agreesInPart]),
        verdict: Verdict(
          contrasts: DigitBaselines.superlatives(
            encoders, at: 0.1, of: theirs, trained: temperatures),
          others: DigitBaselines.trials(
            encoders, at: 0.1, than: temperatures.filter { !theirs.contains($0) },
            of: temperatures))),
    ]
  }

  /// What τ does, and what came of encoders beside what learnt nothing, for the head of a page.
  static func finding(
    on outcomes: [[Outcome]], at temperatures: [Double], encoders: DigitBaselines.Encoders,
    baselines: DigitBaselines
  ) -> String {
    func course(_ number: (Outcome) -> Double) -> String {
      list(outcomes.map { $0.map(number).mean })
    }
    return
      "Trained at τ = \(list(temperatures)), encoders come to an entropy of the softmax of \(course(\.entropy)) nats, a contrastive accuracy of "
      + "\(course(\.contrastiveAccuracy)), and name \(list(encoders.shares(.shifted).map(\.mean))) of shifted digits. "
      + baselines.finding(encoders)
  }

  // MARK: The figures

  /// - Parameter digits: How many were trained on.
  func plots(
    of table: Table, ceiling: Double, baselines: DigitBaselines, digits: Int
  ) -> [Plot] {
    let subject = "\(digits.words("digit")), \(seeds.words("seed"))"
    func plot(_ name: String, _ title: String, _ y: Axis, _ series: [Series]) -> Plot {
      var plot = Plot(
        name: name, title: title, subject: "\(subject); SimCLR's are ImageNet's",
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
        series("untrained, digits", "untrainedEntropy", of: table),
        series("SimCLR, table 5", "entropy", of: Self.printedTable),
      ])
    entropy.referenceLines = [.horizontal(at: ceiling, label: "all alike, digits")]
    let contrastive = plot(
      "simclr-contrastive", "Views that find their other one", Axis("contrastive accuracy"),
      [
        series("digits ± 95 %", "contrastiveAccuracy", error: "contrastiveError", of: table),
        series("untrained, digits", "untrainedAccuracy", of: table),
        series("SimCLR, table 5", "contrastiveAccuracy", of: Self.printedTable),
      ])
    return [
      entropy, contrastive,
      baselines.accuracyPlot(
        "simclr-accuracy-shifted", .shifted, of: table, subject: subject),
      baselines.accuracyPlot("simclr-accuracy-clean", .clean, of: table, subject: subject),
    ]
  }
}
