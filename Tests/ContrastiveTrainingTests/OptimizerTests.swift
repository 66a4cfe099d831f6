import Contrastive
import ContrastiveTraining
import TestSupport
import Testing

@Suite("Optimisers")
struct OptimizerTests {
  @Test("PyTorch's fixtures are there")
  func fixtures() {
    #expect(OptimizerFixtures.load().count == 8)
  }

  // A step adds a handful of roundings to parameters of a size around 1; six of them some 100, of
  // which a weight of Adam with its square root and two divisions takes up a dozen each.
  @Test("take PyTorch's steps", arguments: OptimizerFixtures.load())
  func steps(_ fixture: OptimizerFixtures.Case) throws {
    try check(fixture, as: Double.self)
    try check(fixture, as: Float.self)
  }

  private func check<Scalar: EmbeddingScalar>(
    _ fixture: OptimizerFixtures.Case, as scalar: Scalar.Type
  ) throws {
    func parameters(_ rows: [[Double]]) throws -> Parameters<Scalar> {
      Parameters([Parameter("weight", try Matrix(rows: rows.map { $0.map { Scalar($0) } }))])
    }
    var optimizer = fixture.optimizer(as: scalar)
    var weights = try parameters(fixture.start)
    for (gradient, expected) in zip(fixture.gradients, fixture.steps) {
      try optimizer.update(&weights, by: parameters(gradient))
      let elements = expected.flatMap { $0 }
      expectClose(
        weights[0].values.doubles, elements, size: elements.reduce(1) { max($0, abs($1)) },
        tolerance: 100 * Double(Scalar.ulpOfOne), fixture.name)
    }
  }

  @Test("leave alone what does not decay")
  func exclusion() throws {
    let zero = Matrix<Double>(rowCount: 1, columnCount: 2)
    func moved(by optimizer: some Optimizer<Double>) throws -> Parameters<Double> {
      var optimizer = optimizer
      var parameters = Parameters<Double>([
        Parameter("weight", [[1, -2]]), Parameter("bias", [[1, -2]], decays: false),
      ])
      try optimizer.update(
        &parameters, by: Parameters([Parameter("weight", zero), Parameter("bias", zero)]))
      return parameters
    }
    for parameters in [
      try moved(by: SGD(learningRate: 0.5, weightDecay: 0.5)),
      try moved(by: Adam.adamW(learningRate: 0.5, weightDecay: 0.5)),
    ] {
      #expect(parameters[0].values == [[0.75, -1.5]])
      #expect(parameters[1].values == [[1, -2]])
    }
    // Coupled, a gradient of λθ alone moves every element by the whole rate.
    let coupled = try moved(by: Adam(learningRate: 0.5, weightDecay: .coupled(0.5)))
    expectClose(
      coupled[0].values.doubles, [0.5, -1.5], size: 1, tolerance: 1e-7, "ε = 1e-8 of the root")
    #expect(coupled[1].values == [[1, -2]])
  }

  @Test("change nothing for a gradient that does not fit")
  func errors() throws {
    let start = Parameters<Float>([Parameter("a", [[1, 2]]), Parameter("b", [[3]])])
    var parameters = start
    var optimizer = Adam<Float>(learningRate: 0.1)
    func error(_ gradient: [Parameter<Float>]) -> String? {
      do {
        try optimizer.update(&parameters, by: Parameters(gradient))
        return nil
      } catch {
        return error.description
      }
    }
    #expect(error([Parameter("a", [[1, 2]])]) == "gradient: expected a, b, found a")
    #expect(error([]) == "gradient: expected a, b, found none")
    #expect(
      error([Parameter("a", [[1, 2]]), Parameter("b", [[3, 4]])])
        == "gradient.b: expected 1 × 1, found 1 × 2")
    #expect(
      error([Parameter("a", [[1, 2]]), Parameter("b", [[.nan]])])
        == "gradient.b: row 0 holds a NaN or an infinity; every number must be finite")
    #expect(parameters == start && optimizer.stepCount == 0)
    #expect(error([Parameter("a", [[1, 2]]), Parameter("b", [[3]])]) == nil)

    var others = Parameters<Float>([Parameter("a", [[1]]), Parameter("b", [[3]])])
    let thrown = #expect(throws: ContrastiveError.self) {
      try optimizer.update(&others, by: others)
    }
    #expect(thrown?.description.hasPrefix("a: expected 1 × 2, as the optimiser's moments") == true)

    // What is looked at before the parameter that does not fit leaves no moments behind.
    var adam = Adam<Float>(learningRate: 1)
    let second = Parameters<Float>([Parameter("b", [[3]])])
    var known = second
    try adam.update(&known, by: second)
    var wrong = Parameters<Float>([Parameter("a", [[1]]), Parameter("b", [[3, 4]])])
    #expect(throws: ContrastiveError.self) { try adam.update(&wrong, by: wrong) }
    var right = Parameters<Float>([Parameter("a", [[1, 2]]), Parameter("b", [[3]])])
    #expect(throws: Never.self) { try adam.update(&right, by: right) }
  }

  @Test("do not write to memory that somebody else holds")
  func copies() throws {
    let weights: Matrix<Float> = [[1, 2], [3, 4]]
    var parameters = Parameters([Parameter("weight", weights)])
    let before = parameters
    var optimizer = SGD<Float>(learningRate: 1)
    try optimizer.update(&parameters, by: before)
    #expect(weights == [[1, 2], [3, 4]] && before[0].values == weights)
    #expect(parameters[0].values == [[0, 0], [0, 0]])
    var copy = optimizer
    try copy.update(&parameters, by: before)
    try optimizer.update(&parameters, by: before)
    #expect(parameters[0].values == [[-2, -4], [-6, -8]])
  }

  @Test("refuse constants that no rule has, before anything changes")
  func constants() {
    let start = Parameters<Float>([Parameter("a", [[1, 2]])])
    func error(_ optimizer: some Optimizer<Float>) -> String? {
      var (optimizer, parameters) = (optimizer, start)
      let error = #expect(throws: ContrastiveError.self) {
        try optimizer.update(&parameters, by: start)
      }
      #expect(parameters == start)
      return error?.description
    }
    #expect(
      error(Adam<Float>(learningRate: .nan))
        == "learningRate: expected a finite number, 0 or more, found nan")
    #expect(
      error(Adam<Float>(learningRate: 1, betas: (2, 0.9)))
        == "betas.first: expected a number from 0 up to 1, without it, found 2.0")
    #expect(error(Adam<Float>(learningRate: 1, betas: (0, 1)))?.hasPrefix("betas.second:") == true)
    #expect(error(Adam<Float>(learningRate: 1, epsilon: -1))?.hasPrefix("epsilon:") == true)
    #expect(
      error(Adam<Float>.adamW(learningRate: 1, weightDecay: .infinity))?
        .hasPrefix("weightDecay:") == true)
    #expect(
      error(Adam<Float>(learningRate: 1, weightDecay: .coupled(-1)))?
        .hasPrefix("weightDecay:") == true)
    #expect(error(SGD<Float>(learningRate: -1))?.hasPrefix("learningRate:") == true)
    #expect(
      error(SGD<Float>(learningRate: 1, momentum: .infinity))?.hasPrefix("momentum:") == true)
    #expect(
      error(SGD<Float>(learningRate: 1, weightDecay: .nan))?.hasPrefix("weightDecay:") == true)
  }
}
