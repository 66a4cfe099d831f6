/// Figures of what embeddings of digits are worth, each task with its own baselines.
extension DigitBaselines {
  /// Lines across a figure of accuracies at a task.
  func referenceLines(_ task: DigitTask) -> [ReferenceLine] {
    [
      .horizontal(at: task.share([shiftedPixels]).mean, label: "raw pixels in nine shifts"),
      .horizontal(at: task.share([pixels]).mean, label: "raw pixels"),
      .horizontal(at: untrained(task).mean, label: "the untrained encoder"),
    ]
  }

  /// The accuracies at a task over the temperature of training.
  ///
  /// - Parameters:
  ///   - table: The accuracies and their errors, as `neighborAccuracy`, `neighborError`, `cleanAccuracy` and
  ///     `cleanError`, by `temperature`.
  ///   - printed: A paper's accuracies, to see the shapes beside each other.
  func accuracyPlot(
    _ name: String, _ task: DigitTask, of table: Table, subject: String,
    beside printed: Series? = nil
  ) -> Plot {
    let columns =
      task == .shifted
      ? (y: "neighborAccuracy", error: "neighborError") : (y: "cleanAccuracy", error: "cleanError")
    var plot = Plot(
      name: name, title: "What embeddings are worth \(task.name)", subject: subject,
      x: Axis("temperature τ", isLogarithmic: true), y: Axis("accuracy"))
    plot.series = [
      Series(
        "trained at τ ± 95 %", of: table, x: "temperature", y: columns.y, error: columns.error,
        style: .linesAndPoints)
    ]
    if let printed { plot.series.append(printed) }
    plot.referenceLines = referenceLines(task)
    plot.y.range = plot.y.margined(plot.verticalValues)
    return plot
  }
}
