//! A loss written outside of the library, at the speed of those in it.

import Contrastive
import Foundation

// snippet.function
/// InfoNCE with label smoothing: the share ε of the target is spread evenly over
/// a row's positive and its K negatives.
struct LabelSmoothing: RowFunction {
  let smoothing: Double

  // Σz of the negatives is needed, besides ℓ.
  var usesTotals: Bool { true }

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let negatives = Double(rows.negativeCounts[row])
      let share = smoothing / (negatives + 1)
      let positive = rows.positives[row]
      let difference = rows.logSumExp[0][row] - positive
      rows.values[row] =
        softplus(difference)
        + share * (negatives * positive - rows.totals[row])

      let weight = rows.weights[row]
      let slope = weight * logistic(difference)
      rows.logSumExpSlopes[0][row] = slope
      rows.positiveSlopes[row] = weight * share * negatives - slope
      rows.totalSlopes[row] = -weight * share
    }
  }
}
// snippet.run
let folder = "Experiments/Data/api-docs"  // from the package's own folder
let descriptions = try Matrix<Float>(
  FileArray(reading: "\(folder)/descriptions.npy"))
let names = try Matrix<Float>(FileArray(reading: "\(folder)/names.npy"))
let (queries, keys) = (descriptions.rows(0..<512), names.rows(0..<512))

for smoothing in [0, 0.1] {
  let loss = OneWayLoss(
    LabelSmoothing(smoothing: smoothing), temperature: 0.05)
  let step = try loss.valueWithGradient(
    queries: queries, candidates: Candidates(keys))
  guard let slope = step.gradient.logScale,
    let accuracy = step.diagnostics?.top1Accuracy
  else { continue }
  print(
    String(
      format: "ε = %.1f: loss %.4f, by log s %.4f, top-1 %.3f", smoothing,
      step.value, slope, accuracy))
}
// snippet.candidates
// 4488 more names, without those that are nearly a row's own; and a temperature
// for each row.
let others = names.rows(512..<5000)
var candidates = try Candidates(keys)
try candidates.add(
  others,
  excluding: .similarity(
    rows: keys, keys: others, atLeast: Array(repeating: 0.9, count: 512)))
let temperatures = try Temperature(
  rows: (0..<512).map { $0 % 2 == 0 ? 0.05 : 0.1 })
let oneWay = try OneWayLoss(
  LabelSmoothing(smoothing: 0.1), temperature: temperatures
).valueWithGradient(
  queries: queries, candidates: candidates, of: [.queries, .temperature])
let bothWays = try BothWaysLoss(
  LabelSmoothing(smoothing: 0.1), temperature: 0.05
).valueWithGradient(images: queries, texts: keys)
print(
  String(
    format: "among 5000 names %.4f, both ways among 512 %.4f", oneWay.value,
    bothWays.value))
// snippet.check
// Along a direction v the loss changes by ⟨∇L, v⟩.
func rows(seed: UInt64) -> Matrix<Double> {
  var random = SeededGenerator(seed: seed)
  return UnitRows.random(rowCount: 16, columnCount: 8, using: &random).matrix
}
let (x, y, v) = (rows(seed: 1), rows(seed: 2), rows(seed: 3))
let loss = OneWayLoss(LabelSmoothing(smoothing: 0.1), temperature: 0.1)
func step(at h: Double) throws -> LossStep<Double, OneWayLoss.Gradient<Double>> {
  var moved = x
  try moved.add(v, times: h)
  return try loss.valueWithGradient(
    queries: moved, candidates: Candidates(y), of: .queries)
}
guard let gradient = try step(at: 0).gradient.queries else {
  fatalError("it was asked for")
}
let along = zip(gradient.elements, v.elements).reduce(0) { $0 + $1.0 * $1.1 }
let h = 1e-6
let difference = try (step(at: h).value - step(at: -h).value) / (2 * h)
print("differences agree:", abs(along - difference) < 1e-8 * abs(along))
// snippet.end
