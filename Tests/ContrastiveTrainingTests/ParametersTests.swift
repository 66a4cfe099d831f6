import Contrastive
import ContrastiveTraining
import TestSupport
import Testing

@Suite("Parameters")
struct ParametersTests {
  @Test("move towards others by 1 − m", arguments: [0, 0.25, 0.999, 1])
  func momentum(_ m: Double) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let own = Matrix<Scalar>.random(rowCount: 3, columnCount: 5, seed: 1)
      let its = Matrix<Scalar>.random(rowCount: 3, columnCount: 5, seed: 2)
      var keys = Parameters([Parameter("weight", own), Parameter("bias", [[2]])])
      let queries = Parameters([Parameter("weight", its), Parameter("bias", [[-2]])])
      try keys.update(toward: queries, momentum: m)
      let expected = zip(own.elements, its.elements).map { Scalar(m) * $0 + (1 - Scalar(m)) * $1 }
      // The compiler may fuse a product and the sum, which saves a rounding of a number of 2 at most.
      expectClose(
        keys[0].values.doubles, expected.map { Double($0) }, size: 2,
        tolerance: Double(Scalar.ulpOfOne), "weight")
      if m == 0 { #expect(keys[0].values == its) }
      if m == 1 { #expect(keys[0].values == own) }
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test("stay what they are if others do not fit")
  func errors() throws {
    var parameters = Parameters<Float>([Parameter("a", [[1, 2]])])
    for momentum in [-0.1, 1.1, .nan] {
      #expect(throws: ContrastiveError.self) {
        try parameters.update(toward: parameters, momentum: momentum)
      }
    }
    let error = #expect(throws: ContrastiveError.self) {
      try parameters.update(toward: Parameters([Parameter("b", [[1, 2]])]), momentum: 0.5)
    }
    #expect(error?.description == "other: expected a, found b")
    #expect(throws: ContrastiveError.self) {
      try parameters.add(Parameters([Parameter("a", [[1]])]))
    }
    #expect(parameters[0].values == [[1, 2]])
  }

  @Test("of a batch's chunks add up to the batch's")
  func chunks() throws {
    var generator = SeededGenerator(seed: 1)
    let encoder = try MLPEncoder<Double>.random(dimensions: [4, 6, 3], using: &generator)
    let inputs = Matrix<Double>.random(rowCount: 10, columnCount: 4, seed: 2)
    let loss = SupCon(temperature: 0.2)
    let labels = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    let (embeddings, pass) = try encoder.forward(inputs)
    let whole = try encoder.backward(
      loss.valueWithGradient(embeddings: embeddings, labels: labels).gradient.embeddings,
      through: pass)

    let cache = try GradCache(rowCount: 10, chunkSize: 4) { try encoder(inputs.rows($0.rows)) }
    let step = try loss.valueWithGradient(embeddings: cache.embeddings, labels: labels)
    var sum = encoder.parameters.zeros
    try cache.pullBack(step.gradient.embeddings) { chunk, slope in
      let pass = try encoder.forward(inputs.rows(chunk.rows)).pass
      try sum.add(encoder.backward(slope, through: pass))
    }
    for (a, b) in zip(sum, whole) {
      expectClose(a.values.elements, b.values.elements, size: 1, tolerance: 1e-14, a.name)
    }
  }
}
