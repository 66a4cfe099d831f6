//! A training run that is ended and goes on: everything in one file, to the bit.

import Contrastive
import ContrastiveCheckpoints
import ContrastiveTraining
import Foundation

let folder =
  FileManager.default.temporaryDirectory.path + "/SaveAndResume-\(getpid())"
try FileManager.default.createDirectory(
  atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }

// snippet.own
/// The mean of the losses so far.
struct MeanLoss: Checkpointable {
  var sum = 0.0
  var count = 0

  mutating func add(_ value: Float) { (sum, count) = (sum + Double(value), count + 1) }

  func store(in part: inout CheckpointPart) {
    part.store(sum, as: "sum")
    part.store(count, as: "count")
  }

  mutating func restore(
    from part: inout CheckpointPart
  ) throws(CheckpointError) {
    sum = try part.takeNumber("sum", in: 0...1e300)
    count = try part.takeInteger("count", in: 0...Int.max / 2)
  }
}
// snippet.run
/// Two views of random rows, told apart from a queue.
struct Run {
  var random = SeededGenerator(seed: 1)
  var encoder: LinearEncoder<Float>
  var optimizer = Adam<Float>(learningRate: 0.01)
  var queue: KeyQueue<Float>
  var losses = MeanLoss()
  var step = 0

  init() throws {
    encoder = try .random(
      inputDimension: 32, outputDimension: 16, using: &random)
    queue = try KeyQueue(
      capacity: 256, dimension: 16, prefill: .random(seed: 2))
  }

  mutating func parts(_ parts: inout CheckpointParts) {
    parts.include(&random, as: "random")
    parts.include(&encoder, as: "encoder")
    parts.include(&optimizer, as: "optimizer")
    parts.include(&queue, as: "queue")
    parts.include(&losses, as: "losses")
    parts.include(&step, as: "step")
  }
}
// snippet.end
extension Run {
  mutating func train(to end: Int) throws {
    while step < end {
      let rows = UnitRows<Float>.random(
        rowCount: 32, columnCount: 32, using: &random
      ).matrix
      var view = rows
      try view.add(
        UnitRows<Float>.random(rowCount: 32, columnCount: 32, using: &random).matrix)
      let keys = try encoder(view)
      let (queries, pass) = try encoder.forward(rows)
      let result = try InfoNCE(temperature: 0.1).valueWithGradient(
        queries: queries, positives: keys, negatives: .shared(queue.keys),
        of: .queries)
      try optimizer.update(
        &encoder.parameters,
        by: encoder.backward(result.gradient.queries, through: pass))
      try queue.enqueue(keys)
      losses.add(result.value)
      step += 1
    }
  }
}
// snippet.resume
var whole = try Run()
try whole.train(to: 20)

let checkpoint = Checkpoint(at: "\(folder)/run.safetensors")
var first = try Run()
try first.train(to: 10)
try checkpoint.save { first.parts(&$0) }

var second = try Run()  // in another process, another day
try checkpoint.restore { second.parts(&$0) }
try second.train(to: 20)
print(
  "the same run:", second.encoder.parameters == whole.encoder.parameters,
  second.queue.keys == whole.queue.keys, second.losses.sum == whole.losses.sum)
// snippet.refuse
// Half an optimiser, or another one, is no way to go on.
var sgd = SGD<Float>(learningRate: 0.01)
do {
  try checkpoint.restore { $0.include(&sgd, as: "optimizer") }
} catch {
  print(error.description.replacing("\(folder)/", with: ""))
}
// snippet.end
