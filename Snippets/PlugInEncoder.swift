//! An encoder of one's own in a training loop, and a loss in somebody else's.

import Contrastive
import ContrastiveTraining
import Foundation

// snippet.encoder
/// y = x + (x·downᵀ)·upᵀ: an adapter of a few rows, as LoRA's.
struct LowRankAdapter: EmbeddingEncoder {
  struct Pass: Sendable {
    let inputs, hidden: Matrix<Float>
  }

  var parameters: Parameters<Float>

  init(dimension: Int, rank: Int, using random: inout SeededGenerator) {
    let down = UnitRows<Float>.random(
      rowCount: rank, columnCount: dimension, using: &random)
    let up = Matrix<Float>(rowCount: dimension, columnCount: rank)  // 0 at first
    parameters = Parameters([
      Parameter("down", down.matrix), Parameter("up", up),
    ])
  }

  func forward(
    _ inputs: Matrix<Float>
  ) throws -> (embeddings: Matrix<Float>, pass: Pass) {
    let hidden = try Similarity.dot.matrix(inputs, parameters[0].values)
    var embeddings = try Similarity.dot.matrix(hidden, parameters[1].values)
    try embeddings.add(inputs)
    return (embeddings, Pass(inputs: inputs, hidden: hidden))
  }

  func backward(
    _ gradient: Matrix<Float>, through pass: Pass
  ) throws -> Parameters<Float> {
    let (hidden, up) = try Similarity.dot.pullback(
      pass.hidden, parameters[1].values, gradient)
    let (_, down) = try Similarity.dot.pullback(
      pass.inputs, parameters[0].values, hidden)
    return Parameters([Parameter("down", down), Parameter("up", up)])
  }
}
// snippet.loop
// Descriptions of 5000 Python functions, and the functions' names.
let folder = "Experiments/Data/api-docs"  // from the package's own folder
let queries = try Matrix<Float>(
  FileArray(reading: "\(folder)/descriptions.npy"))
let keys = try Matrix<Float>(FileArray(reading: "\(folder)/names.npy"))
let (trained, tested) = (0..<4000, 4000..<5000)

var random = SeededGenerator(seed: 1)
var encoder = LowRankAdapter(dimension: 384, rank: 64, using: &random)
var optimizer = Adam<Float>(learningRate: 3e-3)
var batches = try MiniBatches(rowCount: trained.count, batchSize: 512, seed: 1)
let loss = InfoNCE(temperature: 0.05)

func show(_ name: String, _ embeddings: Matrix<Float>) throws {
  let ranks = try RetrievalRanks(queries: embeddings, keys: keys.rows(tested))
  print(
    String(
      format: "%@: recall@1 %.3f, MRR %.3f", name, ranks.recall(at: 1),
      ranks.meanReciprocalRank))
}

try show("before", encoder(queries.rows(tested)))
for _ in 0..<10 * batches.countPerEpoch {
  let rows = batches.next().rows
  let (embeddings, pass) = try encoder.forward(queries.rows(at: rows))
  let step = try loss.valueWithGradient(
    queries: embeddings, positives: keys.rows(at: rows), of: .queries)
  let gradient = try encoder.backward(step.gradient.queries, through: pass)
  try optimizer.update(&encoder.parameters, by: gradient)
}
try show("after", encoder(queries.rows(tested)))
// snippet.borrow
/// Another framework's numbers in, and the gradient's numbers out.
func slopes(
  of x: Span<Float>, with y: Span<Float>, rowCount: Int, columnCount: Int
) throws(ContrastiveError) -> [Float] {
  try Matrix.withRows(borrowing: x, rowCount: rowCount, columnCount: columnCount) {
    x throws(ContrastiveError) in
    try Matrix.withRows(
      borrowing: y, rowCount: rowCount, columnCount: columnCount
    ) {
      y throws(ContrastiveError) in
      try loss.valueWithGradient(queries: x, positives: y, of: .queries)
        .gradient.queries?.elements ?? []
    }
  }
}
// snippet.hide
let (x, y) = (queries.rows(0..<64), keys.rows(0..<64))
let direct = try loss.valueWithGradient(queries: x, positives: y, of: .queries)
let borrowed = try slopes(
  of: x.elements.span, with: y.elements.span, rowCount: 64, columnCount: 384)
print("the same gradient:", borrowed == direct.gradient.queries?.elements)
// snippet.end
