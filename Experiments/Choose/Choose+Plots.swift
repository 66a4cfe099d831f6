import Contrastive
import ContrastiveTraining

extension Choose {
  static let plotNames = [
    "choose-recall", "choose-differences", "choose-loss", "choose-negatives",
  ]

  static func plots(ofReasons table: Table, _ findings: ChooseFindings) -> [Plot] {
    let subject = findings.data.subject
    let x = Axis("temperature τ", isLogarithmic: true)
    var recall = Plot(
      name: "choose-recall", title: "Recall@1 after training at τ, 95 % for all τ at once",
      subject: subject, x: x, y: Axis("share of queries"))
    recall.series = [
      Series("recall@1", of: table, x: "temperature", y: "recallAt1", low: "low", high: "high")
    ]
    let chance = 1 / Double(findings.data.testCount)
    recall.referenceLines = [
      .horizontal(at: findings.trained.untrained.recall(at: 1), label: "untrained"),
      .horizontal(at: chance, label: "chance, \(chance.text(digits: 2))"),
    ]
    recall.marks = [mark(in: recall.series[0], choice: findings.choice)].compactMap(\.self)
    recall.shadedRanges = shadedRanges(table, testCount: findings.data.testCount)
    var differences = Plot(
      name: "choose-differences",
      title: "Recall@1 less the best's, 95 % for all pairs at once",
      subject: subject, x: x, y: Axis("difference of shares"))
    differences.series = [
      Series(
        "difference", of: table, x: "temperature", y: "difference", low: "differenceLow",
        high: "differenceHigh")
    ]
    differences.referenceLines = [.horizontal(at: 0, label: "the best on average")]
    differences.shadedRanges = recall.shadedRanges
    return [recall, differences].filter { $0.series.contains(where: \.hasHeights) }
  }

  /// The temperature that the sentence names, or the best on average where it names none.
  static func mark(in recalls: Series, choice: TemperatureChoice) -> Mark? {
    let points = recalls.points.filter { $0.y != nil }
    let best = points.max { ($0.y ?? 0) < ($1.y ?? 0) }
    let named = points.first { $0.x == choice.use }
    guard let point = named ?? best, let height = point.y else { return nil }
    let isBest = points.allSatisfy { $0.x == point.x || ($0.y ?? 0) < height }
    let words =
      point.x == choice.advised
      ? "use this" : named == nil || isBest ? "best on average" : "middle of the best"
    return Mark(
      x: point.x, y: height,
      label: "\(words): \(height.text(digits: 3)) at τ = \(point.x.text(digits: 3))")
  }

  /// The temperatures that are not told apart from the best, as the page has them; the widest run is named.
  private static func shadedRanges(_ table: Table, testCount: Int) -> [ShadedRange] {
    let bands = RecallEvidence(table, testCount: testCount)?.bands ?? []
    let widest = bands.max { $0.upperBound / $0.lowerBound < $1.upperBound / $1.lowerBound }
    return bands.map { ShadedRange(range: $0, label: $0 == widest ? "not told apart" : nil) }
  }

  static func plots(ofSweep table: Table, _ findings: ChooseFindings) -> [Plot] {
    let subject =
      "\(findings.data.name), \(findings.data.queries.rowCount.words("pair")), untrained"
    let x = Axis("temperature τ", isLogarithmic: true)
    let chance = table.numbers(in: "chance").compactMap(\.self).first
    var loss = Plot(
      name: "choose-loss", title: "Loss of the embeddings as they are, 95 % at each τ",
      subject: subject, x: x,
      y: Axis("nats", range: chance.map { 0...1.15 * Swift.max($0, 1e-3) }))
    loss.series = [
      Series("loss", of: table, x: "temperature", y: "loss", low: "lossLow", high: "lossHigh"),
      Series("floor", of: table, x: "temperature", y: "floor", style: .linesAndPoints),
    ].filter(\.hasHeights)
    loss.referenceLines =
      chance.map { [.horizontal(at: $0, label: "chance, \($0.text(digits: 3))")] } ?? []
    if let least = findings.sweep?.least, least.end == nil,
      let height = zip(table.numbers(in: "temperature"), table.numbers(in: "loss")).min(by: {
        abs(($0.0 ?? 0) / least.temperature - 1) < abs(($1.0 ?? 0) / least.temperature - 1)
      })?.1
    {
      loss.marks = [
        Mark(
          x: least.temperature, y: height,
          label: "least at \(least.temperature.text(digits: 2))", isLow: true)
      ]
    }
    var negatives = Plot(
      name: "choose-negatives",
      title: "How many negatives share a query's gradient: median, 10 to 90 %",
      subject: subject, x: x, y: Axis("effective negatives", isLogarithmic: true))
    negatives.series = [
      Series(
        "median", of: table, x: "temperature", y: "negatives", low: "negativesLow",
        high: "negativesHigh")
    ]
    return [loss, negatives].filter { $0.series.contains(where: \.hasHeights) }
  }
}
