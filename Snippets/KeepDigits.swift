//! Losses and gradients where the usual formula rounds to nothing.

import Contrastive
import Foundation

// snippet.separated
// A key at cosine 1, and 1023 negatives at −1.
let query: Matrix<Float> = [[1, 0]]
let negatives = Matrix<Float>(rowCount: 1023, columnCount: 2) { _, column in
  column == 0 ? -1 : 0
}
let separated = try InfoNCE(temperature: 0.07).valueWithGradient(
  queries: query, positives: query, negatives: .shared(negatives), of: .logScale
)
guard let slope = separated.gradient.logScale else {
  fatalError("it was asked for")
}
print(String(format: "loss %.4e, by log s %.4e", separated.value, slope))

let probability = 1 / (1 + 1023 * exp(Float(-2 / 0.07)))
print("through the probability:", -log(probability) == 0 ? "0" : "not 0")
// snippet.self
let rows: Matrix<Float> = [[1, 0], [-1, 2], [-1, -2], [-2, 1]]
let cosines = try Similarity.cosine.matrix(rows, rows)
let logits = (0..<4).map { cosines[0, $0] / 0.01 }
// Row 0's logit with itself, 100, which is then left out of the sum.
let largest = logits.reduce(-.infinity, max)
let others = logits.dropFirst().reduce(0) { $0 + exp($1 - largest) }
print("often written:", log(others) + largest - logits[1])
let supervised = try SupCon(temperature: 0.01).valueWithGradient(
  embeddings: rows, labels: [0, 0, 1, 1])
print(String(format: "row 0's term here: %.4f", supervised.terms[0]))
// snippet.zero
// A row of zeros has no direction: it draws nothing, and nothing draws it.
let queries: Matrix<Float> = [[1, 2], [0, 0], [3, -1]]
let keys: Matrix<Float> = [[2, 3], [1, 1], [3, 0]]
let step = try InfoNCE(temperature: 0.01).valueWithGradient(
  queries: queries, positives: keys, of: .queries)
guard let gradient = step.gradient.queries else {
  fatalError("it was asked for")
}
print(
  String(
    format: "loss %.4f, gradient of the zero row (%.0f, %.0f)", step.value,
    gradient[1, 0],
    gradient[1, 1]))
// snippet.lengths
// Neither 1e30 nor 1e−30 squared is a Float.
let extremes: Matrix<Float> = [[3e30, 4e30], [3e-30, 4e-30]]
let unit = try extremes.normalized().matrix
print(
  String(
    format: "(%.1f, %.1f) and (%.1f, %.1f)", unit[0, 0], unit[0, 1], unit[1, 0],
    unit[1, 1]))
// snippet.end
