extension Sweep {
  static let plotNames = ["sweep-loss", "sweep-negatives", "sweep-information"]

  /// What a temperature does to the loss, to who shares its gradient, and to what it certifies.
  static func plots(of table: Table, subject: String) -> [Plot] {
    func plot(
      _ name: String, _ title: String, _ y: Axis, _ series: [(title: String, column: String)]
    ) -> Plot {
      var plot = Plot(
        name: name, title: title, subject: subject,
        x: Axis("temperature τ", isLogarithmic: true), y: y)
      // A floor of some queries is not known, nor are bounds of pairs that are not independent.
      plot.series = series.map {
        Series($0.title, of: table, x: "temperature", y: $0.column, style: .linesAndPoints)
      }.filter(\.hasHeights)
      return plot
    }
    let chance = table.numbers(in: "chance").compactMap(\.self).first
    // Above chance a loss only says how far off a confident error is: the curve may leave the picture.
    var loss = plot(
      "sweep-loss", "Loss, floor and chance",
      Axis("nats", range: chance.map { 0...1.15 * Swift.max($0, 1e-3) }),
      [("loss", "loss"), ("floor", "floor")])
    loss.series = loss.series.map { one in
      one.title == "loss"
        ? Series(
          "loss", of: table, x: "temperature", y: "loss", low: "lossLow", high: "lossHigh") : one
    }
    loss.referenceLines =
      chance.map {
        [.horizontal(at: $0, label: "chance, \($0.text(digits: 3))")]
      } ?? []
    loss.marks = [extremum(of: "loss", in: table, isLow: true)].compactMap(\.self)
    var information = plot(
      "sweep-information", "Mutual information the loss certifies",
      Axis("nats", range: chance.map { 0...1.15 * Swift.max($0, 1e-3) }),
      [("lower bound", "mutualInformation"), ("cap at this τ and batch", "mutualInformationCap")])
    information.marks = [extremum(of: "mutualInformation", in: table, isLow: false)]
      .compactMap(\.self).filter { $0.y > 0 }
    var negatives = plot(
      "sweep-negatives", "How many negatives share a query's gradient: median, 10 to 90 %",
      Axis("effective negatives", isLogarithmic: true), [])
    let median = Series(
      "median", of: table, x: "temperature", y: "effectiveNegativesMedian",
      low: "effectiveNegativesLow", high: "effectiveNegativesHigh")
    negatives.series = median.hasHeights ? [median] : []
    return [
      loss, negatives, information,
    ].filter { !$0.series.isEmpty }
  }

  /// Where a column is least, or greatest.
  private static func extremum(of column: String, in table: Table, isLow: Bool) -> Mark? {
    let points = zip(table.numbers(in: "temperature"), table.numbers(in: column)).compactMap {
      point in point.0.flatMap { x in point.1.map { (x: x, y: $0) } }
    }
    return points.min { isLow ? $0.y < $1.y : $0.y > $1.y }.map {
      Mark(
        x: $0.x, y: $0.y,
        label:
          "\(isLow ? "least" : "most"): \($0.y.text(digits: 3)) at \($0.x.text(digits: 2))",
        isLow: isLow)
    }
  }
}
