//! What a temperature does to a loss on given embeddings, and which ones leave room to learn.

import Contrastive
import Foundation

// snippet.sweep
let folder = "Experiments/Data/api-docs"  // from the package's own folder
let queries = try Matrix<Float>(
  FileArray(reading: "\(folder)/descriptions.npy")
).normalized()
let keys = try Matrix<Float>(FileArray(reading: "\(folder)/names.npy"))
  .normalized()

// One product of queries and keys for all temperatures.
let points = try InfoNCE(temperature: 1).sweep(
  queries: queries, positives: keys, temperatures: [0.01, 0.05, 0.2, 1])
for point in points {
  guard let share = point.diagnostics.floorShare,
    let negatives = point.diagnostics.effectiveNegatives
  else { continue }
  print(
    String(
      format: "%@: loss %.3f (floor %.1f %%), "
        + "%.1f effective negatives, by log s %.2f",
      "\(point.temperature)", point.value, 100 * share, negatives,
      point.logScaleGradient))
}
// snippet.floor
let queue = CandidateSet.free(negatives: 65_536)
let batch = CandidateSet.inBatch(size: 4096)
for set in [queue, batch] {
  let softest = try set.temperature(reachingFloor: 0.01)
  print(
    String(
      format: "the floor is 0.01 at τ = %.4f, s = %.1f", softest.value,
      softest.scale))
}
// snippet.learn
// CLIP learns log s, and keeps s at 100 or below.
var logScale = Temperature(0.07).logScale
for _ in 1...60 {
  let step = try CLIP(temperature: Temperature(logScale: logScale))
    .valueWithGradient(
      images: queries.rows(0..<512), texts: keys.rows(0..<512), of: .logScale,
      diagnostics: .none)
  guard let slope = step.gradient.logScale else { continue }
  logScale = min(logScale - 0.3 * Double(slope), log(100))
}
let learned = try Temperature(logScale: logScale)
print(String(format: "learned: τ = %.4f", learned.value))
// snippet.end
