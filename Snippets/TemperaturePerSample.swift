//! A temperature for each sample: by a schedule and by how crowded it is there, or learned.

import Contrastive
import ContrastiveTraining
import Foundation

// snippet.density
let folder = "Experiments/Data/api-docs"  // from the package's own folder
let count = 512
let texts = try Matrix<Float>(FileArray(reading: "\(folder)/names.npy"))
  .rows(0..<count)
let images = try Matrix<Float>(
  FileArray(reading: "\(folder)/descriptions.npy")
).rows(0..<count)

// How crowded it is around each text, from 0 to 1.
let cosines = try Similarity.cosine.matrix(texts, texts)
let neighbours = (0..<count).map { row in
  (0..<count).count { cosines[row, $0] > 0.5 }
}
let most = neighbours.max() ?? 1
let densities = neighbours.map { Double($0) / Double(most) }

// All temperatures go up and down together, those in a crowd above the others.
let schedule = try TemperatureSchedule.cosine(
  minimum: 0.03, maximum: 0.06, halfPeriod: 20)
for epoch in [0.0, 10, 20] {
  let base = schedule.temperature(at: epoch).value
  let loss = CLIP(
    temperature: try Temperature(
      rows: densities.map { base + 0.02 * $0 }))
  let step = try loss.valueWithGradient(images: images, texts: texts)
  print(
    String(
      format: "epoch %2.0f: from τ = %.3f on, loss %.3f", epoch, base,
      step.value))
}
// snippet.learn
// Or each sample's own, learned beside the averages of its negatives.
let loss = try RobustGlobalContrastive(gamma: 0.8, rho: 0.5)
var normalizers = try MovingNormalizers(sampleCount: count)
var temperatures = try IndividualTemperatures(
  sampleCount: count, initial: 0.1, range: 0.01...1)
var batches = try MiniBatches(rowCount: count, batchSize: 64, seed: 1)
for _ in 0..<50 * batches.countPerEpoch {
  let rows = batches.next().rows
  _ = try loss.valueWithGradient(
    images: images.rows(at: rows), texts: texts.rows(at: rows), indices: rows,
    normalizers: &normalizers, temperatures: &temperatures, of: [])
}
let learned = temperatures.images.sorted()
print(
  String(
    format: "learned: τ = %.3f in the middle, from %.3f to %.3f",
    learned[count / 2], learned[0], learned[count - 1]))
// snippet.end
