/// The numbers behind verdicts on digits, for files: scores of every seed, and of every test digit.
extension DigitBaselines {
  /// What learnt nothing, a row for each seed.
  var table: Table {
    var table = Table(
      "baselines", title: "What learnt nothing",
      columns: [Column("name", heading: ""), Column("seed")] + Self.scoreColumns)
    table.append(row: ["raw pixels", nil] + Self.cells(of: pixels))
    for (seed, scores) in untrained.enumerated() {
      table.append(row: ["the untrained encoder", seed] + Self.cells(of: scores))
    }
    return table
  }

  /// How often each test digit is named, the mean over seeds: what errors over test digits come of.
  func digitTable(_ name: String, of encoders: Encoders) -> Table {
    let shares = DigitTask.allCases.flatMap { task in
      (encoders.named + all).flatMap { one in
        DigitKeys.allCases.map { keys in
          (
            name: "\(task.name) \(one.name)\(keys.suffix)",
            items: task.share(one.scores, among: keys).items
          )
        }
      }
    }
    var table = Table(name, columns: [Column("digit")] + shares.map { Column($0.name) })
    for digit in shares.first?.items.indices ?? 0..<0 {
      table.append(row: [digit] + shares.map { $0.items[digit] })
    }
    return table
  }

  /// The columns of `cells(of:)`.
  static let scoreColumns =
    accuracyColumns + [Column("uniformity", heading: "−uniformity"), Column("tolerance")]

  static func cells(of scores: DigitScores) -> [(any JSONRepresentable)?] {
    kinds.map { scores.accuracy($0, among: $1) } + [-scores.uniformity, scores.tolerance]
  }

  /// The columns of `meanCells(of:)`: accuracies and their errors.
  static let meanColumns = accuracyColumns.flatMap {
    [$0, Column("\($0.name)Error", heading: "±", format: .significant(2))]
  }

  /// The accuracies of several seeds.
  static func meanCells(of scores: [DigitScores]) -> [Double?] {
    kinds.flatMap { task, keys in
      let estimate = task.share(scores, among: keys).estimate
      return [estimate.value, estimate.knownHalfWidth]
    }
  }

  /// What a column of accuracies is called.
  static func columnName(_ task: DigitTask, _ keys: DigitKeys) -> String {
    switch (task, keys) {
    case (.shifted, .plain): "shiftedAccuracy"
    case (.clean, .plain): "cleanAccuracy"
    case (.shifted, .shifts): "shiftedAccuracyInShifts"
    case (.clean, .shifts): "cleanAccuracyInShifts"
    }
  }

  private static let kinds = DigitKeys.allCases.flatMap { keys in
    DigitTask.allCases.map { (task: $0, keys: keys) }
  }

  private static let accuracyColumns = kinds.map { task, keys in
    Column(
      columnName(task, keys),
      heading: (task == .shifted ? "accuracy, shifted" : "as they are") + keys.suffix)
  }
}
