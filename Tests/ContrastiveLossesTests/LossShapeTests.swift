import Contrastive
import TestSupport
import Testing

/// What every loss gives: a value, a step, and terms with a way back.
@Suite("One shape for losses")
struct LossShapeTests {
  static let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  static let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)
  static let z = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 3)
  // A gradient pulled back by 1/n is that of the mean, by the same operations: weights that are all
  // equal are a factor of the whole, others of rows, which is a rounding or two apart.
  @Test("value, step and terms are one loss", arguments: try ShapedLoss.all())
  func agreement(_ loss: ShapedLoss) throws {
    let calls = try loss.calls(Self.x, Self.y, Self.z)
    let step = try calls.step(.mean)
    let (terms, pullback) = try calls.perTerm()
    let count = Double(terms.count)
    let size = max(1, abs(step.value))
    #expect(try abs(calls.value(.mean) - step.value) <= 1e-14 * size)
    #expect(terms == step.terms)
    #expect(abs(terms.reduce(0, +) / count - step.value) <= 1e-14 * count * size)
    let sum = try calls.step(.sum)
    #expect(abs(terms.reduce(0, +) - sum.value) <= 1e-14 * count * count * size)
    let slopes = try pullback(terms.map { _ in 1 / count })
    #expect(slopes.map(\.name) == step.gradients.map(\.name) && !slopes.isEmpty)
    for (pulled, expected) in zip(slopes, step.gradients) {
      let largest = expected.elements.reduce(1e-3) { max($0, abs($1)) }
      for (slope, expected) in zip(pulled.elements, expected.elements) {
        #expect(abs(slope - expected) <= 1e-13 * largest, "\(pulled.name)")
      }
    }
    // A cotangent of one's own is the weights of a reduction.
    let weights = terms.indices.map { Double($0 % 3) - 0.5 }
    let weighted = try calls.step(.weighted(weights)).gradients
    #expect(try pullback(weights).map(\.elements) == weighted.map(\.elements))
  }

  private func trained<Loss: PairedLoss & TemperedLoss>(_ loss: Loss) throws -> (Double, Double) {
    var cooler = loss
    cooler.temperature = 0.1
    return (
      try loss.value(queries: Self.x, keys: Self.y),
      try cooler.valueWithGradient(queries: Self.x, keys: Self.y).value
    )
  }

  @Test("is the same in generic code, and by other names of the arguments")
  func names() throws {
    let (x, y) = (Self.x, Self.y)
    let clip = CLIP(temperature: 0.3)
    #expect(try trained(clip).0 == clip.value(images: x, texts: y))
    #expect(try trained(clip).1 == CLIP(temperature: 0.1).value(images: x, texts: y))
    #expect(
      try trained(InfoNCE(temperature: 0.3)).0
        == InfoNCE(temperature: 0.3).value(queries: x, positives: y))
    let views = try NTXent(temperature: 0.3).valueWithGradient(viewA: x, viewB: y)
    let pairs = try NTXent(temperature: 0.3).valueWithGradient(queries: x, keys: y)
    #expect(views.gradient.viewA == pairs.gradient.queries)
    #expect(views.gradient.viewB == pairs.gradient.keys)
    #expect(views.gradient.logScale == pairs.gradient.logScale)
    #expect(views.diagnostics == pairs.diagnostics)
  }

  // One tile serves both sides.
  @Test("refuses a rule of false negatives that is not the same from both sides")
  func asymmetricRules() {
    let symmetric: [any PairedLoss] = [NTXent(temperature: 1), SigLIP(temperature: 1, bias: 0)]
    for loss in symmetric {
      let error = #expect(throws: ContrastiveError.self) {
        try loss.value(queries: Self.x, keys: Self.y, excluding: .moreSimilar())
      }
      #expect(error?.argument == .falseNegatives, "\(loss)")
    }
  }
}
