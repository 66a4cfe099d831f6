import Contrastive
import ContrastiveDifferentiation
import Foundation
import TestSupport
import Testing
import _Differentiation

/// A hidden layer of tanh, of which the user wrote the derivative.
private struct Encoder: Differentiable {
  var hidden: Matrix<Double>
  var output: Matrix<Double>

  @differentiable(reverse)
  func callAsFunction(_ inputs: Matrix<Double>) -> Matrix<Double> {
    Similarity.dot(tanh(Similarity.dot(inputs, hidden)), output)
  }
}

private func tanh(_ x: Matrix<Double>) -> Matrix<Double> {
  Matrix(rowCount: x.rowCount, columnCount: x.columnCount) { Foundation.tanh(x[$0, $1]) }
}

@derivative(of: tanh)
private func derivativeOfTanh(
  _ x: Matrix<Double>
) -> (value: Matrix<Double>, pullback: (Matrix<Double>) -> Matrix<Double>) {
  let y = tanh(x)
  return (
    y,
    { slope in
      Matrix(rowCount: y.rowCount, columnCount: y.columnCount) {
        slope[$0, $1] * (1 - y[$0, $1] * y[$0, $1])
      }
    }
  )
}

/// Encoders, and a temperature, that learn together.
private struct Model: Differentiable {
  var images: Encoder
  var texts: Encoder
  var loss = CLIP(temperature: 0.3)

  @differentiable(reverse)
  func callAsFunction(_ x: Matrix<Double>, _ y: Matrix<Double>) -> Double {
    loss(images: images(x), texts: texts(y))
  }
}

@Suite("Gradients flow through an encoder")
struct EncoderTests {
  private static func random(_ rows: Int, _ columns: Int, _ seed: UInt64) -> Matrix<Double> {
    .random(rowCount: rows, columnCount: columns, seed: seed)
  }

  let x = Self.random(5, 4, 1)
  let y = Self.random(5, 6, 2)
  private let model = Model(
    images: Encoder(hidden: Self.random(7, 4, 3), output: Self.random(3, 7, 4)),
    texts: Encoder(hidden: Self.random(7, 6, 5), output: Self.random(3, 7, 6)))

  @Test("into every parameter, the temperature among them, as central differences have it")
  func centralDifferences() {
    let gradient = gradient(at: model) { [x, y] model in model(x, y) }
    // Two layers before the loss enlarge the third derivative, and the error with it, a hundredfold.
    let tolerance = 100 * finiteDifferenceTolerance / 0.3
    for (weights, slopes) in [
      (\Model.images.hidden, gradient.images.hidden), (\.images.output, gradient.images.output),
      (\.texts.hidden, gradient.texts.hidden), (\.texts.output, gradient.texts.output),
    ] {
      let expected = finiteDifferences(
        of: model[keyPath: weights], step: 0.3 * finiteDifferenceStep
      ) {
        var moved = model
        moved[keyPath: weights] = $0
        return moved(x, y)
      }
      expectClose(slopes.elements, expected, size: 1, tolerance: tolerance, "\(weights)")
    }
    var (above, below) = (model, model)
    above.loss.move(by: .init(logScale: 1e-5))
    below.loss.move(by: .init(logScale: -1e-5))
    let slope = (above(x, y) - below(x, y)) / 2e-5
    expectClose(gradient.loss.logScale, slope, size: 1, tolerance: 1e-8, "log s")
    #expect(abs(slope) > 1e-3)
  }

  @Test("so that steps along it lower the loss and move the temperature")
  func descent() {
    var model = model
    let before = model(x, y)
    for _ in 0..<100 {
      var step = gradient(at: model) { [x, y] model in model(x, y) }
      step.images.hidden = step.images.hidden.multiplied(by: -0.5)
      step.images.output = step.images.output.multiplied(by: -0.5)
      step.texts.hidden = step.texts.hidden.multiplied(by: -0.5)
      step.texts.output = step.texts.output.multiplied(by: -0.5)
      step.loss.logScale *= -0.5
      model.move(by: step)
    }
    #expect(model(x, y) < 0.2 * before)
    #expect(model.loss.temperature.value < 0.3)
  }

  @Test("into one that makes queries, positives and negatives")
  func negatives() {
    let loss = InfoNCE(temperature: 0.2)
    let z = Self.random(8, 4, 9)
    func value(_ encoder: Encoder) -> Double {
      loss(queries: encoder(x), positives: encoder(x + x), negatives: .shared(encoder(z)))
    }
    let slopes = gradient(at: model.images) { [x] encoder in
      loss(queries: encoder(x), positives: encoder(x + x), negatives: .shared(encoder(z)))
    }
    let expected = finiteDifferences(
      of: model.images.hidden, step: 0.2 * finiteDifferenceStep
    ) {
      value(Encoder(hidden: $0, output: model.images.output))
    }
    expectClose(
      slopes.hidden.elements, expected, size: 1, tolerance: 500 * finiteDifferenceTolerance,
      "hidden")
  }

  @Test("in Float too")
  func float() throws {
    let x = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 1)
    let loss = NTXent(temperature: 0.5)
    let weights = Matrix<Float>.random(rowCount: 3, columnCount: 3, seed: 2)
    let slopes = gradient(at: weights) { weights in
      loss(viewA: Similarity.dot(x, weights), viewB: x)
    }
    let step = try loss.valueWithGradient(viewA: Similarity.dot.matrix(x, weights), viewB: x)
    let outer = try #require(step.gradient.viewA)
    #expect(try slopes == Similarity.dot.pullback(x, weights, outer).y)
  }
}
