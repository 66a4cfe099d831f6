import Contrastive
import ContrastiveTraining
import TestSupport
import Testing

@Suite("Encoders")
struct EncoderTests {
  /// Σᵢⱼ yᵢⱼ·cᵢⱼ + ½Σ yᵢⱼ², whose slope by y is c + y.
  private func value(_ y: Matrix<Double>, _ c: Matrix<Double>) -> Double {
    zip(y.elements, c.elements).reduce(0) { $0 + $1.0 * $1.1 + $1.0 * $1.0 / 2 }
  }

  private func check<Encoder: EmbeddingEncoder>(
    _ encoder: Encoder, inputs: Matrix<Double>
  ) throws where Encoder.Scalar == Double, Encoder.Inputs == Matrix<Double> {
    let (embeddings, pass) = try encoder.forward(inputs)
    let c = Matrix<Double>.random(
      rowCount: embeddings.rowCount, columnCount: embeddings.columnCount, seed: 3)
    var slope = c
    try slope.add(embeddings)
    let gradient = try encoder.backward(slope, through: pass)
    #expect(gradient.map(\.name) == encoder.parameters.map(\.name))
    let size = value(embeddings, c).magnitude + 1
    for i in encoder.parameters.indices {
      let numeric = try finiteDifferences(
        of: encoder.parameters[i].values, step: finiteDifferenceStep
      ) { moved in
        var other = encoder
        other.parameters[i].values = moved
        return value(try other(inputs), c)
      }
      expectClose(
        gradient[i].values.elements, numeric, size: size, tolerance: finiteDifferenceTolerance,
        gradient[i].name)
    }
  }

  @Test("have the gradients of central differences", arguments: [true, false])
  func gradients(hasBias: Bool) throws {
    var generator = SeededGenerator(seed: 1)
    let inputs = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 2)
    try check(
      LinearEncoder.random(
        inputDimension: 4, outputDimension: 3, hasBias: hasBias, using: &generator), inputs: inputs)
    for dimensions in [[4, 3], [4, 6, 3], [4, 5, 6, 2]] {
      try check(
        MLPEncoder.random(dimensions: dimensions, hasBias: hasBias, using: &generator),
        inputs: inputs)
    }
  }

  @Test("compute in Float what they do in Double, on any number of threads", arguments: [1, 2, 3])
  func scalars(threads: Int) throws {
    let options = ComputeOptions(threads: threads)
    // Large enough for the products to be shared out, and no multiple of the number of threads.
    var generator = SeededGenerator(seed: 4)
    let wide = try MLPEncoder<Double>.random(
      dimensions: [96, 131, 67], options: ComputeOptions(threads: 1), using: &generator)
    generator = SeededGenerator(seed: 4)
    let narrow = try MLPEncoder<Float>.random(
      dimensions: [96, 131, 67], options: options, using: &generator)
    let inputs = Matrix<Double>.random(rowCount: 203, columnCount: 96, seed: 5)
    let (expected, pass) = try wide.forward(inputs)
    let (actual, narrowPass) = try narrow.forward(inputs.converted(to: Float.self))
    // Two layers of products of rows of length 2 at most with rows of some 1/√3: √d roundings each.
    expectClose(
      actual.doubles, expected.elements, size: 2, tolerance: 30 * Double(Float.ulpOfOne), "forward")
    let slopes = try wide.backward(expected, through: pass)
    let narrowSlopes = try narrow.backward(actual, through: narrowPass)
    for (slope, narrowSlope) in zip(slopes, narrowSlopes) {
      let size = slope.values.elements.reduce(1) { max($0, abs($1)) }
      // Sums over 203 rows. A hidden element whose sign rounding decides has a value of one rounding,
      // but the slope it lets through or not is whole; there is none among these.
      expectClose(
        narrowSlope.values.doubles, slope.values.elements, size: size,
        tolerance: 100 * Double(Float.ulpOfOne), slope.name)
    }
    #expect(try narrow(inputs.converted(to: Float.self)) == actual)
  }

  @Test("pass embeddings through, as identity")
  func identity() throws {
    let inputs = Matrix<Float>.random(rowCount: 5, columnCount: 4, seed: 1)
    #expect(try LinearEncoder.identity(inputDimension: 4, outputDimension: 4)(inputs) == inputs)
    #expect(
      try LinearEncoder.identity(inputDimension: 4, outputDimension: 2)(inputs)
        == inputs.columns(0..<2))
    let wider = try LinearEncoder<Float>.identity(inputDimension: 4, outputDimension: 6)(inputs)
    #expect(wider.columns(0..<4) == inputs)
    #expect(wider.columns(4..<6).elements.allSatisfy { $0 == 0 })
  }

  @Test("have PyTorch's initial values: uniform within ±1/√in")
  func initialValues() throws {
    var generator = SeededGenerator(seed: 1)
    let encoder = try MLPEncoder<Double>.random(dimensions: [16, 400, 25], using: &generator)
    #expect(encoder.parameters.map(\.name) == ["0.weight", "0.bias", "2.weight", "2.bias"])
    #expect(encoder.parameters.map(\.decays) == [true, false, true, false])
    #expect(encoder.parameters.scalarCount == 400 * 17 + 25 * 401)
    for (index, bound) in [(0, 0.25), (1, 0.25), (2, 0.05), (3, 0.05)] {
      let elements = encoder.parameters[index].values.elements
      #expect(elements.allSatisfy { abs($0) <= bound })
      // 25 draws miss the outer fifth of the range with a probability of 0.4 %; the seed is not one.
      #expect(elements.contains { abs($0) > 0.8 * bound })
    }
  }

  @Test("say what does not fit")
  func errors() throws {
    var generator = SeededGenerator(seed: 1)
    func text(_ body: () throws -> Void) -> String? {
      do {
        try body()
        return nil
      } catch {
        return "\(error)"
      }
    }
    let linear = try LinearEncoder<Float>.identity(inputDimension: 3, outputDimension: 2)
    let mlp = try MLPEncoder<Float>.random(dimensions: [3, 4, 2], using: &generator)
    let inputs: Matrix<Float> = [[1, 2, 3], [4, 5, 6]]
    #expect(
      text { _ = try linear([[1, 2]]) } == "inputs: expected 3 columns, as weight, found 2 columns")
    #expect(
      text { _ = try mlp([[1, 2]]) } == "inputs: expected 3 columns, as 0.weight, found 2 columns")
    let line = "gradient: expected 2 × 2, as embeddings, found 1 × 2"
    #expect(
      text { _ = try linear.backward([[1, 2]], through: linear.forward(inputs).pass) } == line)
    #expect(text { _ = try mlp.backward([[1, 2]], through: mlp.forward(inputs).pass) } == line)
    #expect(
      text { _ = try mlp.backward(nil, through: mlp.forward(inputs).pass) }
        == "gradient: expected that by embeddings, found none: ask the loss for it")
    #expect(
      text { _ = try LinearEncoder<Float>.identity(inputDimension: 0, outputDimension: 2) }
        == "inputDimension: expected a whole number from 1 to 2147483647, found 0")
    #expect(
      text { _ = try LinearEncoder<Float>(weight: [[1, 2]], bias: [[1, 2]]) }
        == "bias: expected 1 × 1, found 1 × 2")
    #expect(
      text { _ = try MLPEncoder<Float>.random(dimensions: [3], using: &generator) }
        == "dimensions: expected at least two numbers, of the inputs and of the embeddings, found 1 number"
    )
  }

  /// An encoder of somebody else's: a table of embeddings, by index.
  struct Lookup: EmbeddingEncoder {
    var parameters: Parameters<Double>

    func forward(_ inputs: [Int]) -> (embeddings: Matrix<Double>, pass: [Int]) {
      (parameters[0].values.rows(at: inputs), inputs)
    }

    func backward(
      _ gradient: Matrix<Double>, through pass: [Int]
    ) throws -> Parameters<Double> {
      var result = parameters.zeros
      for (row, index) in pass.enumerated() {
        for c in 0..<gradient.columnCount { result[0].values[index, c] += gradient[row, c] }
      }
      return result
    }
  }

  @Test("may be somebody else's, of any inputs")
  func own() throws {
    var encoder = Lookup(
      parameters: Parameters([
        Parameter("table", Matrix.random(rowCount: 6, columnCount: 3, seed: 1))
      ]))
    var optimizer = Adam<Double>(learningRate: 0.05)
    var values: [Double] = []
    for _ in 0..<200 {
      let (embeddings, pass) = encoder.forward([0, 1, 2, 3, 4, 5])
      let step = try InfoNCE(temperature: 0.5).valueWithGradient(
        queries: embeddings.rows(0..<3), positives: embeddings.rows(3..<6))
      let (queries, positives) = (
        try #require(step.gradient.queries), try #require(step.gradient.positives)
      )
      try optimizer.update(
        &encoder.parameters,
        by: encoder.backward(queries.followed(by: positives), through: pass))
      values.append(step.value)
    }
    // Three pairs in three dimensions can reach the simplex, whose loss is the floor.
    let floor = try CandidateSet.inBatch(size: 3).floor(temperature: 0.5, dimension: 3).value
    #expect(values[0] > 2 * floor)
    #expect(try #require(values.last) < 1.001 * floor)
  }
}
