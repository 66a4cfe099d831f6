import Contrastive
import ContrastiveCheckpoints
import ContrastiveTraining
import TestSupport

/// A training run of everything that there is to keep.
struct TrainingRun<Scalar: EmbeddingScalar> {
  var encoder: MLPEncoder<Scalar>
  var adapter: LinearEncoder<Scalar>
  var momentumParameters: Parameters<Scalar>
  var optimizer = Adam<Scalar>.adamW(learningRate: 0.01)
  var adapterOptimizer = Adam<Scalar>(learningRate: 0.02, weightDecay: .coupled(0.1))
  var momentumOptimizer = SGD<Scalar>(learningRate: 0.01, momentum: 0.9, weightDecay: 0.1)
  var temperature = LearnableTemperature<Scalar>(0.3)
  var temperatureOptimizer = Adam<Scalar>(learningRate: 0.01)
  var queue: KeyQueue<Scalar>
  var bank: MemoryBank<Scalar>
  var memory: CrossBatchMemory<Scalar>
  var batches: MiniBatches
  var noise = SeededGenerator(seed: 9)
  var step = 0
  var lossSum = 0.0

  init() throws {
    var generator = SeededGenerator(seed: 1)
    encoder = try .random(dimensions: [5, 8, 4], using: &generator)
    adapter = try .random(inputDimension: 4, outputDimension: 4, using: &generator)
    momentumParameters = encoder.parameters
    queue = try KeyQueue(capacity: 12, dimension: 4, prefill: .random(seed: 4))
    bank = try MemoryBank(rowCount: 17, dimension: 4, seed: 5)
    memory = try CrossBatchMemory(capacity: 13, dimension: 4)
    batches = try MiniBatches(rowCount: 17, batchSize: 5, seed: 2)
  }

  mutating func list(in parts: inout CheckpointParts) {
    parts.include(&encoder, as: "encoder")
    parts.include(&adapter, as: "adapter")
    parts.include(&momentumParameters, as: "momentum")
    parts.include(&optimizer, as: "optimizer")
    parts.include(&adapterOptimizer, as: "adapterOptimizer")
    parts.include(&momentumOptimizer, as: "momentumOptimizer")
    parts.include(&temperature, as: "temperature")
    parts.include(&temperatureOptimizer, as: "temperatureOptimizer")
    parts.include(&queue, as: "queue")
    parts.include(&bank, as: "bank")
    parts.include(&memory, as: "memory")
    parts.include(&batches, as: "batches")
    parts.include(&noise, as: "noise")
    parts.include(&step, as: "step")
    parts.include(&lossSum, as: "lossSum")
  }

  mutating func save(to path: String) throws(CheckpointError) {
    try Checkpoint(at: path).save { list(in: &$0) }
  }

  mutating func restore(from path: String) throws(CheckpointError) {
    try Checkpoint(at: path).restore { list(in: &$0) }
  }

  /// Trains until `step` is `end`, and returns the losses.
  mutating func train(to end: Int) throws -> [Scalar] {
    let inputs = Matrix<Scalar>.random(rowCount: 17, columnCount: 5, seed: 3)
    let schedule = CosineLearningRate(peak: 0.01, warmUpSteps: 3, totalSteps: 20)
    var losses: [Scalar] = []
    while step < end {
      let rows = batches.next().rows
      let batch = inputs.rows(at: rows)
      let view = Matrix<Scalar>(rowCount: batch.rowCount, columnCount: 5) {
        batch[$0, $1] + Scalar(Double.random(in: -0.1...0.1, using: &noise))
      }
      var keyEncoder = encoder
      keyEncoder.parameters = momentumParameters
      let keys = try keyEncoder(view)
      let (hidden, pass) = try encoder.forward(batch)
      let (queries, adapterPass) = try adapter.forward(hidden)
      let result = try InfoNCE(temperature: temperature.value).valueWithGradient(
        queries: hidden, positives: keys, negatives: .shared(queue.keys),
        of: [.queries, .logScale])
      let labelled = try SupCon(temperature: 0.2).valueWithGradient(
        embeddings: queries, labels: rows.map { $0 % 3 },
        ids: memory.enqueue(queries, labels: rows.map { $0 % 3 }), memory: memory)
      let gradient = try encoder.backward(result.gradient.queries, through: pass)
      optimizer.learningRate = schedule.learningRate(at: step)
      try optimizer.update(&encoder.parameters, by: gradient)
      try adapterOptimizer.update(
        &adapter.parameters,
        by: adapter.backward(labelled.gradient.embeddings, through: adapterPass))
      try momentumOptimizer.update(&momentumParameters, by: gradient)
      try momentumParameters.update(toward: encoder.parameters, momentum: 0.9)
      try temperature.update(by: result.gradient.logScale, with: &temperatureOptimizer)
      try queue.enqueue(keys)
      try bank.update(rows, with: queries)
      losses += [result.value, labelled.value]
      lossSum += Double(result.value)
      step += 1
    }
    return losses
  }
}
