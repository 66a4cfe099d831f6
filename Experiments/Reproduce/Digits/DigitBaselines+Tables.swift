/// The numbers behind verdicts on digits, for files: scores of every seed, and of every test digit.
extension DigitBaselines {
  /// What learnt nothing, a row for each seed.
  var table: Table {
    var table = Table(
      "baselines", title: "What learnt nothing",
      columns: [Column("name", heading: ""), Column("seed")] + Self.scoreColumns)
    table.append(row: ["raw pixels", nil] + Self.cells(of: pixels))
    table.append(row: ["raw pixels in nine shifts", nil] + Self.cells(of: shiftedPixels))
    for (seed, scores) in untrained.enumerated() {
      table.append(row: ["the untrained encoder", seed] + Self.cells(of: scores))
    }
    return table
  }

  /// How often each test digit is named, the mean over seeds: what errors over test digits come of.
  func digitTable(_ name: String, of encoders: Encoders) -> Table {
    let all =
      zip(encoders.names, encoders.scores).map { ($0, $1) }
      + [
        ("raw pixels", [pixels]), ("raw pixels in nine shifts", [shiftedPixels]),
        ("the untrained encoder", untrained),
      ]
    let shares = DigitTask.allCases.flatMap { task in
      all.map { (name: "\(task.name) \($0.0)", items: task.share($0.1).items) }
    }
    var table = Table(name, columns: [Column("digit")] + shares.map { Column($0.name) })
    for digit in pixels.views.indices {
      table.append(row: [digit] + shares.map { $0.items[digit] })
    }
    return table
  }

  /// The columns of `cells(of:)`.
  static let scoreColumns = [
    Column("neighborAccuracy", heading: "accuracy"),
    Column("cleanAccuracy", heading: "digits as they are"),
    Column("uniformity", heading: "−uniformity"), Column("tolerance"),
  ]

  static func cells(of scores: DigitScores) -> [(any JSONRepresentable)?] {
    [
      scores.neighborAccuracy, scores.cleanAccuracy, -scores.uniformity, scores.tolerance,
    ]
  }
}
