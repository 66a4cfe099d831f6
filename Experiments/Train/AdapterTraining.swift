import Contrastive
import ContrastiveCheckpoints
import ContrastiveDistributed
import ContrastiveTraining

/// A linear adapter per side, in training.
struct AdapterTraining: Sendable {
  let data: AdapterData
  let loss: PairLoss
  let epochCount: Int
  let learningRate: Double

  /// The ranks that each take a part of every batch; nil for a process by itself.
  let group: (any RankGroup)?

  let options: ComputeOptions
  private(set) var queries: LinearEncoder<Float>
  private(set) var keys: LinearEncoder<Float>
  private var queryOptimizer: Adam<Float>
  private var keyOptimizer: Adam<Float>
  private(set) var temperature: TrainedTemperature
  private var batches: MiniBatches

  /// How many steps were taken, in all and since the epoch's begin.
  private(set) var stepCount = 0
  private var stepsInEpoch = 0

  /// The sum of the epoch's losses, and the last of all.
  private var (lossSum, latestLoss) = (0.0, 0.0)

  /// How long the steps took, evaluation left out.
  private(set) var seconds = 0.0

  init(
    _ adapter: AdapterOptions, data: AdapterData, temperature: TrainedTemperature, seed: UInt64,
    options: ComputeOptions, across group: (any RankGroup)? = nil
  ) throws {
    self.data = data
    self.group = group
    self.options = options
    self.temperature = temperature
    (loss, epochCount, learningRate) = (adapter.loss, adapter.epochCount, adapter.stepSize)
    queries = try .identity(
      inputDimension: data.dimension, outputDimension: data.dimension, options: options)
    keys = queries
    queryOptimizer = Adam(learningRate: adapter.stepSize)
    keyOptimizer = queryOptimizer
    let batchSize = adapter.batchSize(trainCount: data.trainCount)
    batches = try MiniBatches(rowCount: data.trainCount, batchSize: batchSize, seed: seed)
    guard let group else { return }
    guard batchSize >= group.count else {
      throw CommandFailure(
        "--batch \(batchSize): fewer pairs than the \(group.count) ranks; give more, or start fewer"
      )
    }
  }

  var totalStepCount: Int { epochCount * batches.countPerEpoch }
  var isDone: Bool { stepCount == totalStepCount }

  /// The epoch of the next step, from 0.
  var epoch: Int { stepCount / batches.countPerEpoch }

  /// The temperature of the next step, or after the last one what it was.
  var presentTemperature: Temperature {
    temperature.value(inEpoch: min(epoch, epochCount - 1))
  }

  /// The mean loss over the steps since the last epoch ended, or over the epoch that just did.
  var meanLoss: Double? {
    stepsInEpoch > 0 ? lossSum / Double(stepsInEpoch) : nil
  }

  /// The loss of the last step.
  var lastLoss: Double? { stepCount > 0 ? latestLoss : nil }

  /// Takes a step; returns whether it ended an epoch.
  ///
  /// - Throws: `Divergence` if a number is not finite any more.
  mutating func step() throws -> Bool {
    do {
      return try advance()
    } catch let error as ContrastiveError where error.problem == .notFinite {
      throw divergence(
        at: stepCount + 1,
        error.argument.name.hasPrefix("gradient")
          ? "the gradient is not finite" : "embeddings are not finite")
    }
  }

  private mutating func advance() throws -> Bool {
    let start = ContinuousClock.now
    defer { seconds += (ContinuousClock.now - start) / .seconds(1) }
    if stepCount.isMultiple(of: batches.countPerEpoch) {
      stepsInEpoch = 0
      lossSum = 0
    }
    let temperature = presentTemperature
    let batch = batches.next()
    // All ranks draw the same batch.
    let rows = group.map { Self.part(of: batch.rows, for: $0) } ?? batch.rows
    let (q, queryPass) = try queries.forward(data.queries.rows(at: rows))
    let (k, keyPass) = try keys.forward(data.keys.rows(at: rows))
    let step = try lossStep(
      q, k, ids: data.ids.map { ids in rows.map { ids[$0] } }, at: temperature)
    guard step.value.isFinite else {
      throw divergence(at: stepCount + 1, "the loss is \(step.value)")
    }
    try queryOptimizer.update(
      &queries.parameters,
      by: summed(queries.backward(step.gradient.queries, through: queryPass)))
    try keyOptimizer.update(
      &keys.parameters, by: summed(keys.backward(step.gradient.keys, through: keyPass)))
    try self.temperature.update(by: step.gradient.logScale)
    stepCount += 1
    stepsInEpoch += 1
    lossSum += Double(step.value)
    latestLoss = Double(step.value)
    if batch.endsEpoch, let group {
      try queries.parameters.requireEqual(named: "the queries' parameters", across: group)
      try keys.parameters.requireEqual(named: "the keys' parameters", across: group)
    }
    return batch.endsEpoch
  }

  private func lossStep(
    _ queries: Matrix<Float>, _ keys: Matrix<Float>, ids: [Int]?, at temperature: Temperature
  ) throws(ContrastiveError) -> LossStep<Float, PairGradient<Float>> {
    guard let group else {
      return try loss.step(
        queries, keys, ids: ids, at: temperature, learnsTemperature: self.temperature.isLearned,
        options: options)
    }
    return try loss.step(
      queries, keys, ids: ids, at: temperature, learnsTemperature: self.temperature.isLearned,
      options: options, across: group)
  }

  private func summed(
    _ gradient: Parameters<Float>
  ) throws(ContrastiveError) -> Parameters<Float> {
    try group.map { group throws(ContrastiveError) in try gradient.summed(over: group) } ?? gradient
  }

  private static func part(of rows: [Int], for group: any RankGroup) -> [Int] {
    let (rank, count) = (group.rank, group.count)
    return Array(rows[rows.count * rank / count..<rows.count * (rank + 1) / count])
  }

  /// The data are finite: what is not is the training's own doing.
  func divergence(at step: Int, _ symptom: String) -> Divergence {
    Divergence(step: step, learningRate: learningRate, symptom: symptom)
  }
}

extension AdapterTraining {
  /// Writes all that is needed to go on to the bit, by as many ranks; by others, to rounding.
  ///
  /// - Parameter settings: What the training's options come to, where the file has to tell.
  func save(
    to path: String, settings: Int? = nil, records: EpochRecords? = nil
  ) throws(CheckpointError) {
    var copy = self
    try Checkpoint(at: path).save {
      copy.list(in: &$0)
      if var settings { $0.include(&settings, as: "settings") }
      if var records { $0.include(&records, as: "records") }
    }
  }

  /// Goes on where a file of `save(to:)` was written.
  ///
  /// - Parameter takesRecords: Whether it was saved with those of its epochs.
  /// - Returns: The records.
  /// - Throws: `CheckpointError`, and `CommandFailure` if it was written with other settings.
  @discardableResult
  mutating func resume(
    from path: String, settings: Int? = nil, takesRecords: Bool = false
  ) throws -> EpochRecords {
    var records = EpochRecords()
    var found = settings ?? 0
    let isOther = CommandFailure(
      "\(path): holds a training with other settings; give the same, or another file")
    do {
      try Checkpoint(at: path).restore {
        list(in: &$0)
        if settings != nil { $0.include(&found, as: "settings") }
        if takesRecords { $0.include(&records, as: "records") }
      }
    } catch {
      // Parts are those of other settings, as of a learned temperature, or of a sweep.
      switch error.problem {
      case .missing, .notIncluded: throw isOther
      default: throw error
      }
    }
    guard found == settings ?? 0 else { throw isOther }
    return records
  }

  private mutating func list(in parts: inout CheckpointParts) {
    parts.include(&queries, as: "queries")
    parts.include(&keys, as: "keys")
    parts.include(&queryOptimizer, as: "queryOptimizer")
    parts.include(&keyOptimizer, as: "keyOptimizer")
    if case .learned(var temperature, var optimizer) = temperature {
      parts.include(&temperature, as: "temperature")
      parts.include(&optimizer, as: "temperatureOptimizer")
      self.temperature = .learned(temperature, optimizer)
    }
    parts.include(&batches, as: "batches")
    parts.include(&stepCount, as: "step")
    parts.include(&stepsInEpoch, as: "stepsInEpoch")
    parts.include(&lossSum, as: "lossSum")
    parts.include(&latestLoss, as: "latestLoss")
    parts.include(&seconds, as: "seconds")
  }
}
