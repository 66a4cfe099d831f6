//! Memory, threads and batches larger than their encoder: the same numbers for less.

import Contrastive
import Foundation

// snippet.ask
var random = SeededGenerator(seed: 3)
let queries = UnitRows<Float>.random(
  rowCount: 256, columnCount: 64, using: &random)
let keys = UnitRows<Float>.random(
  rowCount: 256, columnCount: 64, using: &random)
var queue = try KeyQueue<Float>(
  capacity: 4096, dimension: 64, prefill: .random(seed: 4))

// A momentum encoder's keys take no gradient: one pass over the queue.
let loss = InfoNCE(temperature: 0.07)
let options = ComputeOptions(
  threads: 1, workspace: Workspace(retaining: 64 << 20))
let step = try loss.valueWithGradient(
  queries: queries, positives: keys, negatives: .shared(queue.keys),
  of: .queries,
  diagnostics: .none, options: options)
print(
  "the positives' gradient:",
  step.gradient.positives == nil ? "nil" : "computed")
// snippet.prefix
// A Matryoshka embedding's first 16 columns, and another's memory: no copies.
let prefix = queries.matrix.columns(0..<16)
let numbers: [Float] = (0..<256 * 16).map { Float($0 % 31) - 15 }
let borrowed = try Matrix.withRows(
  borrowing: numbers.span, rowCount: 256, columnCount: 16
) {
  rows throws(ContrastiveError) in
  try loss.value(queries: prefix, positives: rows)
}
print(String(format: "of 16 columns %.4f", borrowed))
// snippet.chunks
// A batch of 256 through an encoder that takes 32 rows at a time.
let inputs = UnitRows<Float>.random(
  rowCount: 256, columnCount: 32, using: &random
).matrix
let weights = UnitRows<Float>.random(
  rowCount: 64, columnCount: 32, using: &random
).matrix
let cache = try GradCache(rowCount: 256, chunkSize: 32) {
  chunk throws(ContrastiveError) in
  // Forward; nothing is kept.
  try Similarity.dot.matrix(inputs.rows(chunk.rows), weights)
}
let slope = try loss.valueWithGradient(
  queries: cache.embeddings, positives: keys, of: .queries
).gradient.queries
var inChunks = Matrix<Float>(rowCount: 64, columnCount: 32)
try cache.pullBack(slope) { chunk, slope throws(ContrastiveError) in
  let part = try Similarity.dot.pullback(
    inputs.rows(chunk.rows), weights, slope
  ).y  // backward
  try inChunks.add(part)
}
// snippet.hide
guard let slope else { fatalError("it was asked for") }
let atOnce = try Similarity.dot.pullback(inputs, weights, slope).y
let largest =
  zip(inChunks.elements, atOnce.elements).map { abs($0 - $1) }.max() ?? 0
let size = atOnce.elements.map { abs($0) }.max() ?? 1
print("chunks and whole batch agree to Float rounding:", largest <= 1e-5 * size)
// snippet.end
