import Contrastive
import Foundation

extension Calibrate {
  /// A way to probabilities, and how wrong they are of queries that had no part in it.
  private struct Judged {
    let name: String
    let error: CalibrationError
    let words: String
  }

  /// - Parameter ids: Of the rows, if some belong together: they are fitted to or judge together.
  func report(_ neighbors: Neighbors, points: [SweepPoint<Float>], ids: [Int]?) throws
    -> Report
  {
    let matches = Matches(neighbors)
    let split = ShuffledSplit(
      of: matches.count, testCount: matches.count / 2, ids: ids, seed: seed)
    guard split.trainCount >= 1 else {
      throw CommandFailure("--ids: rows of one id stay in one half, and leave none to fit to")
    }
    let (fitRows, testRows) = (
      Array(split.order[..<split.trainCount]), Array(split.order[split.trainCount...])
    )
    let (fit, test) = (matches.at(fitRows), matches.at(testRows))
    let platt = PlattScaling(scores: fit.cosines, matches: fit.areRight)
    let isotonic = IsotonicFit(scores: fit.cosines, matches: fit.areRight)
    let softmax = SoftmaxConfidence(points, neighbors)
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
    // One row for each temperature, by all that it is.
    let tenth = softmax.place(nearest: 0.1)
    let named = [
      (calibrated, "nearest to calibrated"), (softmax.leastLoss, "of least loss"),
      (tenth, "at about 0.1"),
    ]
    var places: [Int] = []
    for (place, _) in named where !places.contains(place) { places.append(place) }
    let ofSoftmax = places.map { place in
      let names = named.filter { $0.0 == place }.map(\.1)
      return softmaxAt(place, "softmax, " + names.joined(separator: " and "))
    }
    let judged =
      [
        judge(
          "Platt, of the cosine",
          platt.words,
          test.cosines.map { platt($0) }),
        judge(
          "isotonic, of the cosine", isotonic.starts.count.words("step"),
          test.cosines.map { isotonic($0) }),
      ] + ofSoftmax
    let fits = fitsTable(judged)
    let found = wantedPrecision.numbers.compactMap { Threshold($0, fit: fit, test: test) }
    let thresholds = Self.thresholdTable(
      wantedPrecision.numbers, found, fittedCount: fit.count, judgedCount: test.count)
    let temperatures = temperatureTable(softmax, testRows, matches)
    var report = Report(
      title: "What a cosine is worth: \(pairOptions.name)",
      explanation:
        "Of \(matches.count.words("query")) \(fit.count), drawn by seed \(seed), are fitted to, and \(test.count) judge. The "
        + "calibration error is how far probabilities are from shares of right answers, in \(CalibrationError.binCount) "
        + "bins of equally many queries, on average. By chance it is above 0 of perfect probabilities too: off are those "
        + "whose error is above what 95 % of perfect ones have at the most. “Less chance” is the error less what perfect "
        + "ones have on average. low and high are where the share of right answers may be, with 95 %.",
      tables: [fits, thresholds])
    report.attachments = [temperatures, binsTable(judged)]
    report.plots = [
      reliability(Array(judged.prefix(3)), count: test.count),
      temperaturePlot(
        temperatures, softmax, calibrated, error: ofSoftmax[0].error, count: test.count),
    ]
    let isAtEnd = calibrated == 0 || calibrated == softmax.temperatures.count - 1
    report.conclusion = sentence(
      platt: judged[0].error, calibrated: ofSoftmax[0], isAtEnd: isAtEnd,
      tenth: tenth == calibrated ? nil : places.firstIndex(of: tenth).map { ofSoftmax[$0].error },
      test: test)
    report.notes = [Self.thresholdNote(found), tieNote(neighbors)].compactMap(\.self)
    report.result = [
      "sentence": report.conclusion, "queries": matches.count, "fitted": fit.count,
      "judged": test.count,
      "precision": test.precision, "tiedForFirst": neighbors.tiedCount, "slope": platt.slope,
      "offset": platt.offset,
      "calibratedTemperature": softmax.temperatures[calibrated],
      "calibratedIsAtEnd": isAtEnd,
      "leastLossTemperature": softmax.temperatures[softmax.leastLoss], "fits": fits,
      "thresholds": thresholds, "temperatures": temperatures,
    ]
    return report
  }

  /// - Parameters:
  ///   - calibrated: Of the softmax where it is nearest to calibrated.
  ///   - isAtEnd: Whether that is the least or the greatest temperature that was tried.
  ///   - tenth: Of the softmax at about 0.1, where that is another temperature.
  private func sentence(
    platt: CalibrationError, calibrated: Judged, isAtEnd: Bool, tenth: CalibrationError?,
    test: Matches
  ) -> String {
    if test.areRight.allSatisfy({ $0 }) || !test.areRight.contains(true) {
      return test.areRight.contains(true)
        ? "Every one of the \(test.count.words("query")) that judge has the right key nearest: there is no error to give "
          + "probabilities of."
        : "None of the \(test.count.words("query")) that judge has the right key nearest: there is nothing that a cosine could tell."
    }
    return
      "The nearest key is right for \((100 * test.precision).text(digits: 3)) % of the queries that judge. Platt's fit of "
      + "the cosine is \(platt.words); the softmax over all keys is nearest to calibrated at \(calibrated.words)\(isAtEnd ? ", at the end of what was tried" : ""), where "
      + "it is \(calibrated.error.words)"
      + (tenth.map { "; at about 0.1 it is \($0.words)" } ?? "") + "."
  }

  /// What to know of queries whose own key is as near as another, which count as wrong.
  private func tieNote(_ neighbors: Neighbors) -> String? {
    let count = neighbors.tiedCount
    guard count > 0 else { return nil }
    return
      "Of \(count) of \(neighbors.rowCount.words("query")) the right key ties with another for first, and counts as none: "
      + (pairOptions.ids == nil
        ? "if equal keys belong together, --ids says so."
        : "equal keys of other ids may want one id.")
  }

  private func fitsTable(_ judged: [Judged]) -> Table {
    // Two numbers that decide differ as they are printed.
    let digits = Double.digits(
      tellingApart: judged.map { ($0.error.plain, $0.error.perfectLimit) }, from: 2)
    var table = Table(
      Self.fitsName, title: "Probabilities, judged",
      columns: [
        Column("probability"), Column("error", format: .significant(digits)),
        Column("perfectLimit", heading: "perfect, at most", format: .significant(digits)),
        Column("verdict"),
        Column("debiasedError", heading: "less chance", format: .significant(2)), Column("fit"),
      ])
    for one in judged {
      table.append(
        one.name, one.error.plain, one.error.perfectLimit, one.error.verdict, one.error.debiased,
        one.words)
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
        Column("confidence"), Column("precision"), Column("error"), Column("perfectLimit"),
        Column("verdict"), Column("debiasedError"),
      ])
    let right = matches.at(rows)
    for t in softmax.temperatures.indices {
      let probabilities = rows.map { softmax.probabilities[t][$0] }
      let error = CalibrationError(
        probabilities: probabilities, matches: right.areRight, seed: seed)
      table.append(
        softmax.temperatures[t], softmax.losses[t], probabilities.mean, right.precision,
        error.plain, error.perfectLimit, error.verdict, error.debiased)
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
      subject: "\(pairOptions.name), \(count.words("query")) that judge",
      x: Axis("probability", range: 0...1), y: Axis("share that is right", range: 0...1))
    plot.series = [Series("perfect", points: [(0, 0), (1, 1)])]
    for one in judged {
      plot.series.append(
        Series(
          one.name, points: one.error.bins.map { ($0.probability, $0.share) },
          style: .linesAndPoints))
    }
    return plot
  }

  private func temperaturePlot(
    _ table: Table, _ softmax: SoftmaxConfidence, _ calibrated: Int, error: CalibrationError,
    count: Int
  ) -> Plot {
    var plot = Plot(
      name: "calibrate-temperatures", title: "Calibration error of the softmax over all keys",
      subject: "\(pairOptions.name), \(count.words("query")) that judge",
      x: Axis("temperature τ", isLogarithmic: true), y: Axis("difference of shares"))
    plot.series = [
      Series("error", of: table, x: "temperature", y: "error"),
      Series("95 % of perfect ones have less", of: table, x: "temperature", y: "perfectLimit"),
    ]
    let temperature = softmax.temperatures[calibrated]
    plot.marks = [
      Mark(
        x: temperature, y: error.plain,
        label: (error.isToldFromPerfect ? "nearest to calibrated" : "not told from calibrated")
          + ": \(temperature.text(digits: 2))", isLow: true)
    ]
    return plot
  }
}
