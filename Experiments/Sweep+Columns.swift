extension Sweep {
  static let columns = [
    Column("temperature", heading: "τ"), Column("scale", heading: "s = 1/τ"),
    Column("loss", unit: "nats"), Column("floor", unit: "nats", format: .significant(3)),
    Column("floorShare", heading: "share", format: .significant(3)),
    Column("chance", unit: "nats"), Column("top1Accuracy", heading: "top-1"),
    Column("top5Accuracy", heading: "top-5"),
    Column("gradientEntropy", heading: "entropy", unit: "nats"),
    Column("effectiveNegatives", heading: "negatives"),
    Column("mutualInformation", heading: "MI ≥", unit: "nats"),
    Column("mutualInformationCap", heading: "cap", unit: "nats"),
    Column("logitScaleGradient", heading: "dL/dlog s", format: .significant(3)),
    Column("effectiveNegativesMedian", heading: "median"),
    Column("effectiveNegativesLow", heading: "10 %"),
    Column("effectiveNegativesHigh", heading: "90 %"),
    Column("lossLow", heading: "loss, low", unit: "nats"),
    Column("lossHigh", heading: "high", unit: "nats"),
  ]
}
