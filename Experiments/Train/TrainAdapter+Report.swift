import Contrastive
import Foundation

extension TrainAdapter {
  static let epochTable = Table(
    "train-adapter",
    columns: [
      Column("epoch"), Column("steps"), Column("temperature", heading: "τ"),
      Column("loss", unit: "nats"), Column("lastLoss", heading: "last batch", unit: "nats"),
    ] + RetrievalMetrics.columns)

  static let geometryTable = Table(
    "train-adapter-geometry", title: "How the test rows lie on the sphere",
    columns: [Column("epoch")] + EmbeddingGeometry.columns)

  /// How many epochs were trained, with the part of one.
  private func epoch(of training: AdapterTraining) -> Double {
    Double(training.stepCount) * Double(adapter.epochCount) / Double(training.totalStepCount)
  }

  /// Records an epoch, or a part of one; without metrics where there are none any more.
  func append(
    to records: inout EpochRecords, _ training: AdapterTraining, _ metrics: RetrievalMetrics?,
    _ geometry: EmbeddingGeometry?
  ) {
    let epoch = epoch(of: training)
    let course: [Double?] = [
      epoch, Double(training.stepCount), training.presentTemperature.value, training.meanLoss,
      training.lastLoss,
    ]
    records.epochs.append(
      course + RetrievalMetrics.columns.indices.map { metrics?.cells[$0] })
    if let geometry { records.geometry.append([epoch] + geometry.cells) }
  }

  func report(
    of training: AdapterTraining, _ records: EpochRecords, before: RetrievalMetrics,
    after: RetrievalMetrics
  ) -> Report {
    var (epochs, geometry) = (Self.epochTable, Self.geometryTable)
    let steps = epochs.columns.firstIndex { $0.name == "steps" }
    for row in records.epochs {
      epochs.append(
        row: row.enumerated().map { index, number -> (any JSONRepresentable)? in
          index == steps ? number.map { Int($0) } : number
        })
    }
    for row in records.geometry {
      geometry.append(row: row.map { $0 as (any JSONRepresentable)? })
    }
    let test = training.data.testRows.count
    var summary = Table(
      "train-adapter-metrics", title: "The test rows, before training and after it",
      columns: [Column("adapter")] + RetrievalMetrics.columns)
    for (name, metrics) in [("before", before), ("after", after)] {
      summary.append(row: [name] + metrics.cells.map { $0 as (any JSONRepresentable)? })
    }
    var report = Report(
      title: "A linear adapter per side, trained by \(training.loss.rawValue)",
      explanation:
        "\(training.data.trainCount.words("pair")) in \(training.data.dimension) dimensions to "
        + "train on, \(test) to test with: every query of these looks for its key among their "
        + "\(test.words("key")). Ties count half.",
      tables: [epochs, summary, geometry])
    report.notes = [
      EmbeddingGeometry.legend,
      String(
        format: "%d steps in %.2f s, evaluation left out.", training.stepCount, training.seconds),
    ]
    let note = adapter.note(of: training.data)
    if let note { report.notes.insert("Note: \(note).", at: 0) }
    if epochs.rows.count > 1 {
      report.plots = Self.plots(of: epochs, subject: training.data.subject)
    }
    report.files = [("adapter.safetensors", { try training.saveAdapter(to: $0) })]
    report.result = [
      "note": note, "before": before, "after": after, "geometry": geometry,
      "seconds": training.seconds,
    ]
    report.addSample(training.data.sample)
    return report
  }

  private static func plots(of epochs: Table, subject: String) -> [Plot] {
    var loss = Plot(
      name: "train-adapter-loss", title: "Mean loss of an epoch's batches",
      subject: subject, x: Axis("epoch"), y: Axis("nats"))
    loss.series = [Series("loss", of: epochs, x: "epoch", y: "loss", style: .linesAndPoints)]
    var metrics = Plot(
      name: "train-adapter-recall", title: "Test rows that find their keys",
      subject: subject, x: Axis("epoch"), y: Axis("share of queries"))
    metrics.series = [
      ("recall@10", "recallAt10"), ("MRR", "meanReciprocalRank"), ("recall@1", "recallAt1"),
    ].map { Series($0.0, of: epochs, x: "epoch", y: $0.1, style: .linesAndPoints) }
    return [metrics, loss]
  }
}
