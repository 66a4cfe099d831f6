//! The diagnostics of random, collapsed and ideal embeddings: what to compare one's own with.

import Contrastive
import Foundation

// snippet.compare
func show(_ name: String, _ queries: UnitRows<Float>, _ keys: UnitRows<Float>)
  throws
{
  let step = try InfoNCE(temperature: 0.1).valueWithGradient(
    queries: queries, positives: keys, of: [])
  guard let seen = step.diagnostics, let chance = seen.chance,
    let floor = seen.floor,
    let share = seen.floorShare, let top1 = seen.top1Accuracy,
    let negatives = seen.effectiveNegatives
  else { return }
  print(
    String(
      format: "%@: loss %.3f in %.3f to %.3f (floor %.1f %%), "
        + "top-1 %.2f, %.1f effective negatives",
      name, step.value, floor, chance, 100 * share, top1, negatives))
}

var random = SeededGenerator(seed: 1)
let noise = UnitRows<Float>.random(
  rowCount: 64, columnCount: 64, using: &random)
let others = UnitRows<Float>.random(
  rowCount: 64, columnCount: 64, using: &random)
try show("unrelated", noise, others)

let constant = try Matrix<Float>(rowCount: 64, columnCount: 64) { _, _ in 1 }
  .normalized()
try show("collapsed", constant, constant)
try show("identical", noise, noise)

// 64 points as far apart as points can be: the corners of a regular simplex.
let simplex = try Matrix<Float>(rowCount: 64, columnCount: 64) { row, column in
  (row == column ? 1 : 0) - 1 / 64
}.normalized()
try show("simplex", simplex, simplex)
// snippet.end
