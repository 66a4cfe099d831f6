//! A loss, its temperature and two encoders, differentiated together.

import Contrastive
import ContrastiveDifferentiation
import Foundation
import _Differentiation

// snippet.model
struct Model: Differentiable {
  var images: Matrix<Float>
  var texts: Matrix<Float>
  var loss = CLIP(temperature: 0.5)

  @differentiable(reverse)
  func callAsFunction(_ x: Matrix<Float>, _ y: Matrix<Float>) -> Float {
    loss(images: Similarity.dot(x, images), texts: Similarity.dot(y, texts))
  }
}

// snippet.end
func rows(_ count: Int, _ dimension: Int) -> Matrix<Float> {
  var random = SeededGenerator(seed: UInt64(dimension))
  return UnitRows<Float>.random(
    rowCount: count, columnCount: dimension, using: &random
  ).matrix
}
// snippet.train
let (x, y) = (rows(256, 32), rows(256, 48))
var model = Model(images: rows(16, 32), texts: rows(16, 48))
for step in 1...200 {
  // A batch that does not fit, or a NaN in it, is thrown.
  let (value, gradient) = try throwingFailures {
    valueWithGradient(at: model) { model in model(x, y) }
  }
  var descent = gradient
  descent.images = gradient.images.multiplied(by: -2)
  descent.texts = gradient.texts.multiplied(by: -2)
  descent.loss.logScale *= -0.1
  model.move(by: descent)
  if step % 50 == 0 {
    print(
      String(
        format: "step %d: loss %.2f, τ = %.3f", step, value,
        model.loss.temperature.value))
  }
}
// snippet.end
