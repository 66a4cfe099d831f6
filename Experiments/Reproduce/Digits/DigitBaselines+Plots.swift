/// Figures of what embeddings of digits are worth, each task with its own baselines.
extension DigitBaselines {
  /// Lines across a figure of accuracies at a task, with their numbers.
  ///
  /// - Parameter start: Where the vertical axis begins: lines below it are not to be seen, which the key says.
  func referenceLines(_ task: DigitTask, from start: Double? = nil) -> [ReferenceLine] {
    Self.ranked(all, task).map { name, share in
      let place = share.mean < start ?? 0 ? " (below)" : ""
      return .horizontal(
        at: share.mean, label: "\(name), \(share.mean.text(digits: 3))\(place)")
    }
  }

  /// The accuracies at a task over the temperature of training.
  ///
  /// The axis shows what was trained and the best that learnt nothing.
  ///
  /// - Parameter table: The accuracies and their errors, as `meanColumns` has them, by `temperature`.
  func accuracyPlot(
    _ name: String, _ task: DigitTask, of table: Table, subject: String
  ) -> Plot {
    var plot = Plot(
      name: name, title: "What embeddings are worth \(task.name)", subject: subject,
      x: Axis("temperature τ", isLogarithmic: true), y: Axis("accuracy"))
    plot.series = DigitKeys.allCases.map { keys in
      let column = Self.columnName(task, keys)
      return Series(
        "trained at τ\(keys.suffix) ± 95 %", of: table, x: "temperature", y: column,
        error: "\(column)Error", style: .linesAndPoints)
    }
    let best = Self.ranked(all, task).first?.share.mean
    plot.y.range = plot.y.margined(plot.verticalValues + [best].compactMap(\.self))
    plot.referenceLines = referenceLines(task, from: plot.y.range?.lowerBound)
    return plot
  }
}
