import Contrastive
import ContrastiveCheckpoints
import ContrastiveTraining

/// A training run with a part of every kind, small.
struct Run {
  var encoder: LinearEncoder<Float>
  var adam = Adam<Float>.adamW(learningRate: 0.01)
  var sgd = SGD<Float>(learningRate: 0.01, momentum: 0.9)
  var temperature = LearnableTemperature<Float>(0.3)
  var temperatureOptimizer = Adam<Float>(learningRate: 0.01)
  var queue: KeyQueue<Float>
  var bank: MemoryBank<Float>
  var memory: CrossBatchMemory<Float>
  var batches: MiniBatches
  var noise = SeededGenerator(seed: 9)
  var step = 0
  var lossSum = 0.0

  /// Of rows this few, others would only be waited for.
  private static let options = ComputeOptions(threads: 1)

  init() throws {
    var generator = SeededGenerator(seed: 1)
    encoder = try .random(
      inputDimension: 3, outputDimension: 2, options: Self.options, using: &generator)
    queue = try KeyQueue(capacity: 5, dimension: 2, prefill: .random(seed: 4))
    bank = try MemoryBank(rowCount: 7, dimension: 2, seed: 5)
    memory = try CrossBatchMemory(capacity: 5, dimension: 2)
    batches = try MiniBatches(rowCount: 7, batchSize: 3, seed: 2)
  }

  mutating func list(in parts: inout CheckpointParts) {
    parts.include(&encoder, as: "encoder")
    parts.include(&adam, as: "adam")
    parts.include(&sgd, as: "sgd")
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

  /// Trains for a few steps. Numbers that overflow are errors, as they are in any run.
  mutating func goOn() throws {
    for _ in 0..<4 {
      let rows = batches.next().rows
      let batch = Matrix<Float>(rowCount: rows.count, columnCount: 3) { _, _ in
        Float.random(in: -1...1, using: &noise)
      }
      let (embeddings, pass) = try encoder.forward(batch)
      let labels = rows.map { $0 % 2 }
      let step = try InfoNCE(temperature: temperature.value).valueWithGradient(
        queries: embeddings, positives: embeddings, negatives: .shared(queue.keys),
        of: [.queries, .logScale], options: Self.options)
      _ = try SupCon(temperature: 0.2).valueWithGradient(
        embeddings: embeddings, labels: labels,
        ids: memory.enqueue(embeddings, labels: labels), memory: memory,
        options: Self.options)
      let gradient = try encoder.backward(step.gradient.queries, through: pass)
      try adam.update(&encoder.parameters, by: gradient)
      try sgd.update(&encoder.parameters, by: gradient)
      try temperature.update(by: step.gradient.logScale, with: &temperatureOptimizer)
      try queue.enqueue(embeddings)
      try bank.update(rows, with: embeddings)
    }
  }
}
