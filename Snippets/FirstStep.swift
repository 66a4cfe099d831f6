//! A batch's loss, its gradients, and what the same pass saw besides.

import Contrastive
import Foundation

// snippet.step
// What an encoder made of two views of four inputs: a row each.
let queries: Matrix<Float> = [[3, 1, 0], [0, 2, 1], [-1, 0, 2], [1, -2, 0]]
let keys: Matrix<Float> = [[2, 1, 1], [0, 3, 0], [-2, 1, 2], [0, -1, 1]]

let loss = InfoNCE(temperature: 0.2)
let step = try loss.valueWithGradient(
  queries: queries, positives: keys, of: [.queries, .positives, .logScale])
print(String(format: "loss %.4f", step.value))
// snippet.gradient
guard let slope = step.gradient.queries,
  let slopeByLogScale = step.gradient.logScale
else {
  fatalError("what was asked for is there")
}
var moved = queries
try moved.add(slope, times: -1)  // gradient descent, on the rows themselves
let after = try loss.value(queries: moved, positives: keys)
print(String(format: "after a step %.4f", after))
print(String(format: "by log s %.4f", slopeByLogScale))
// snippet.diagnostics
if let seen = step.diagnostics, let top1 = seen.top1Accuracy,
  let chance = seen.chance
{
  print(String(format: "top-1 %.2f, chance %.4f", top1, chance))
}
// snippet.queue
var queue = try KeyQueue<Float>(capacity: 6, dimension: 3)
for batch in 1...3 {
  let step = try loss.valueWithGradient(
    queries: queries, positives: keys, negatives: .shared(queue.keys),
    of: .queries)
  print(
    String(
      format: "batch %d: %d negatives, loss %.4f", batch, queue.count,
      step.value))
  try queue.enqueue(keys)  // after the loss: not its own query's negative
}
// snippet.error
var broken = keys
broken[2, 0] = .nan
do {
  _ = try loss.value(queries: queries, positives: broken)
} catch {
  print(error)
}
// snippet.end
