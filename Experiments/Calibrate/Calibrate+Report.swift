import Contrastive
import Foundation

extension Calibrate {
  /// A way to probabilities, and how wrong they are of queries that had no part in it.
  private struct Judged {
    let name: String
    let error: CalibrationError
    let words: String
  }

  func report(_ neighbors: Neighbors, points: [SweepPoint<Float>]) -> Report {
    let leads = neighbors.hardest.indices.map { row in
      (neighbors.hardest[row].first?.logit ?? -.infinity) - neighbors.positives[row]
    }
    let matches = Matches(
      cosines: leads.indices.map { neighbors.positives[$0] + max(0, leads[$0]) },
      areRight: neighbors.ranks.map { $0 <= 1 })
    let split = ShuffledSplit(
      of: matches.count, testCount: matches.count / 2, ids: nil, seed: seed)
    let (fitRows, testRows) = (
      Array(split.order[..<split.trainCount]), Array(split.order[split.trainCount...])
    )
    let (fit, test) = (matches.at(fitRows), matches.at(testRows))
    let platt = PlattScaling(scores: fit.cosines, matches: fit.areRight)
    let isotonic = IsotonicFit(scores: fit.cosines, matches: fit.areRight)
    let softmax = SoftmaxConfidence(points, leads: leads)
    let calibrated = softmax.calibrated(fitRows, matches)

    func judge(_ name: String, _ words: String, _ probabilities: [Double]) -> Judged {
      Judged(
        name: name,
        error: CalibrationError(
          probabilities: probabilities, matches: test.areRight, seed: seed), words: words)
    }
    func softmaxAt(_ place: Int, _ name: String) -> Judged {
      judge(
        name, "τ = \(softmax.temperatures[place].text(digits: 3))",
        testRows.map { softmax.probabilities[place][$0] })
    }
    let judged = [
      judge(
        "Platt, of the cosine",
        "1/(1 + exp(−(\(platt.slope.text(digits: 4))·cos + \(platt.offset.text(digits: 4)))))",
        test.cosines.map { platt($0) }),
      judge(
        "isotonic, of the cosine", "\(isotonic.starts.count) steps",
        test.cosines.map { isotonic($0) }),
      softmaxAt(calibrated, "softmax, where it is calibrated"),
      softmaxAt(softmax.leastLoss, "softmax, where the loss is least"),
      softmaxAt(softmax.place(nearest: 0.1), "softmax at about 0.1"),
    ]
    let fits = fitsTable(judged)
    let thresholds = thresholdTable(fit, test)
    let temperatures = temperatureTable(softmax, testRows, matches)
    var report = Report(
      title: "What a cosine is worth: \(pairOptions.name)",
      explanation:
        "Of \(matches.count) queries \(fit.count), drawn by seed \(seed), are fitted to, and \(test.count) judge. The calibration error is "
        + "how far probabilities are from shares of right answers, in \(CalibrationError.binCount) bins of equally many queries, on "
        + "average; less what it would be of perfect probabilities by chance; and what 95 % of those have at the most.",
      tables: [fits, thresholds])
    report.attachments = [temperatures, binsTable(judged)]
    report.plots = [
      reliability(judged, count: test.count), temperaturePlot(temperatures, softmax, calibrated),
    ]
    report.conclusion = sentence(judged, softmax, calibrated, fit: fit, test: test)
    report.result = [
      "queries": matches.count, "fitted": fit.count, "judged": test.count,
      "precision": test.precision, "slope": platt.slope, "offset": platt.offset,
      "calibratedTemperature": softmax.temperatures[calibrated],
      "leastLossTemperature": softmax.temperatures[softmax.leastLoss], "fits": fits,
      "thresholds": thresholds, "temperatures": temperatures,
    ]
    return report
  }

  private func sentence(
    _ judged: [Judged], _ softmax: SoftmaxConfidence, _ calibrated: Int, fit: Matches, test: Matches
  ) -> String {
    if test.areRight.allSatisfy({ $0 }) || !test.areRight.contains(true) {
      return test.areRight.contains(true)
        ? "Every nearest key is the right one: there is no error to give probabilities of."
        : "No nearest key is the right one: there is nothing that a cosine could tell."
    }
    let platt = judged[0].error
    let own = judged[2].error
    return
      "The nearest key is right for \((100 * test.precision).text(digits: 3)) % of the queries that judge. Platt's fit of the cosine is "
      + (platt.isToldFromPerfect
        ? "off by \(platt.debiased.text(digits: 2))" : "not told from perfect calibration")
      + "; the softmax over all keys is nearest to calibrated at τ = \(softmax.temperatures[calibrated].text(digits: 3)), "
      + (own.isToldFromPerfect
        ? "off by \(own.debiased.text(digits: 2))" : "and not told from perfect there")
      + ", and off by \(judged[4].error.debiased.text(digits: 2)) at about 0.1."
  }

  private func fitsTable(_ judged: [Judged]) -> Table {
    var table = Table(
      Self.fitsName, title: "Probabilities, judged",
      columns: [
        Column("probability"), Column("error", heading: "error, debiased", format: .significant(2)),
        Column("plainError", heading: "plain", format: .significant(2)),
        Column("perfectLimit", heading: "perfect, at most", format: .significant(2)),
        Column("verdict"), Column("fit"),
      ])
    for one in judged {
      table.append(
        one.name, one.error.debiased, one.error.plain, one.error.perfectLimit,
        one.error.isToldFromPerfect ? "off" : "as good as perfect", one.words)
    }
    return table
  }

  private func thresholdTable(_ fit: Matches, _ test: Matches) -> Table {
    var table = Table(
      Self.thresholdsName, title: "From which cosine on to answer",
      columns: [
        Column("wanted"), Column("cosine", format: .fixed(4)),
        Column("precision", heading: "precision of the others", format: .fixed(3)),
        Column("answered", heading: "share answered", format: .fixed(3)), Column("answers"),
      ])
    for wanted in wantedPrecision.numbers {
      guard let found = fit.threshold(forPrecision: wanted) else {
        table.append(wanted, nil, nil, 0, 0)
        continue
      }
      let judged = test.answers(from: found.cosine)
      table.append(
        wanted, found.cosine, judged.count == 0 ? nil : judged.precision, judged.share, judged.count
      )
    }
    return table
  }

  private func temperatureTable(
    _ softmax: SoftmaxConfidence, _ rows: [Int], _ matches: Matches
  ) -> Table {
    var table = Table(
      Self.softmaxName,
      columns: [
        Column("temperature", heading: "τ"), Column("loss", unit: "nats"),
        Column("confidence"), Column("precision"), Column("error"), Column("plainError"),
        Column("perfectLimit"),
      ])
    let right = matches.at(rows)
    for t in softmax.temperatures.indices {
      let probabilities = rows.map { softmax.probabilities[t][$0] }
      let error = CalibrationError(
        probabilities: probabilities, matches: right.areRight, seed: seed)
      table.append(
        softmax.temperatures[t], softmax.losses[t], probabilities.mean, right.precision,
        error.debiased, error.plain, error.perfectLimit)
    }
    return table
  }

  private func binsTable(_ judged: [Judged]) -> Table {
    var table = Table(
      Self.binsName,
      columns: [
        Column("fit"), Column("probability"), Column("share"), Column("count"),
        Column("perfectLow"), Column("perfectHigh"),
      ])
    for one in judged {
      for bin in one.error.bins {
        table.append(
          one.name, bin.probability, bin.share, bin.count, bin.range.lowerBound,
          bin.range.upperBound)
      }
    }
    return table
  }

  private func reliability(_ judged: [Judged], count: Int) -> Plot {
    var plot = Plot(
      name: "calibrate-reliability", title: "Shares of right answers over probabilities",
      subject: "\(pairOptions.name), \(count) queries that judge",
      x: Axis("probability", range: 0...1), y: Axis("share that is right", range: 0...1))
    plot.series = [Series("perfect", points: [(0, 0), (1, 1)])]
    for one in [judged[0], judged[1], judged[2]] {
      plot.series.append(
        Series(
          one.name, points: one.error.bins.map { ($0.probability, $0.share) },
          style: .linesAndPoints))
    }
    return plot
  }

  private func temperaturePlot(
    _ table: Table, _ softmax: SoftmaxConfidence, _ calibrated: Int
  ) -> Plot {
    var plot = Plot(
      name: "calibrate-temperatures", title: "Calibration error of the softmax over all keys",
      subject: "\(pairOptions.name)", x: Axis("temperature τ", isLogarithmic: true),
      y: Axis("difference of shares"))
    plot.series = [
      Series("error, debiased", of: table, x: "temperature", y: "error"),
      Series("95 % of perfect ones have less", of: table, x: "temperature", y: "perfectLimit"),
    ]
    if let height = table.numbers(in: "error")[calibrated] {
      plot.marks = [
        Mark(
          x: softmax.temperatures[calibrated], y: height,
          label: "calibrated at \(softmax.temperatures[calibrated].text(digits: 2))", isLow: true)
      ]
    }
    return plot
  }
}
