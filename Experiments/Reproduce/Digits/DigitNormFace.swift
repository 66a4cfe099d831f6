import Contrastive
import ContrastiveTraining

/// NormFace's softmax on the digits: an encoder and a weight for each class, at a scale that is fixed.
///
/// An MLP of 64, 256 and 32 units, and 10 class weights, trained together by Adam.
struct DigitNormFace: Sendable {
  var scale: Double
  var seed: UInt64
  var epochs = 60

  var batchSize = 128
  var learningRate = 1e-3

  /// What training came to, on all of its digits.
  struct Outcome: Sendable {
    /// Before the first step, the mean loss and the share of digits whose class ranks first.
    let start: (loss: Double, accuracy: Double)

    /// After every epoch, the mean loss.
    let losses: [Double]

    /// The loss at the end as the mean over classes of each class's mean: what Proposition 2 bounds
    /// where classes differ in size.
    let balancedLoss: Double

    /// The share of digits whose class ranks first, at the end.
    let accuracy: Double
  }

  func train(on digits: Digits, tally: Tally) throws -> Outcome {
    var generator = SeededGenerator(seed: seed)
    let options = ComputeOptions(threads: 1)
    var encoder = try MLPEncoder<Float>.random(
      dimensions: DigitMoCo.dimensions, options: options, using: &generator)
    var classes = try LinearEncoder<Float>.random(
      inputDimension: DigitMoCo.dimensions.last ?? 1, outputDimension: Digits.classCount,
      hasBias: false, using: &generator
    ).parameters
    var encoderOptimizer = Adam<Float>(learningRate: learningRate)
    var classOptimizer = Adam<Float>(learningRate: learningRate)
    let images = try digits.images
    let loss = NormFaceSoftmax(temperature: try Temperature(scale: scale))
    var batches = try MiniBatches(
      rowCount: digits.labels.count, batchSize: batchSize, remainder: .kept,
      seed: generator.next())
    var losses: [Double] = []

    func evaluate(_ reduction: Reduction = .mean) throws -> (loss: Double, accuracy: Double) {
      let step = try loss.valueWithGradient(
        features: encoder(images), classWeights: classes[0].values, labels: digits.labels,
        of: [], reduction: reduction, options: options)
      return (Double(step.value), step.diagnostics?.top1Accuracy ?? 0)
    }

    let start = try evaluate()
    for _ in 0..<epochs {
      for _ in 0..<batches.countPerEpoch {
        let rows = batches.next().rows
        let (features, pass) = try encoder.forward(images.rows(at: rows))
        let step = try loss.valueWithGradient(
          features: features, classWeights: classes[0].values,
          labels: rows.map { digits.labels[$0] }, of: [.features, .classWeights],
          diagnostics: .none, options: options)
        try encoderOptimizer.update(
          &encoder.parameters, by: encoder.backward(step.gradient.features, through: pass))
        guard let slope = step.gradient.classWeights else { continue }
        try classOptimizer.update(&classes, by: Parameters([Parameter(classes[0].name, slope)]))
      }
      losses.append(try evaluate().loss)
      try tally.step()
    }
    return Outcome(
      start: start, losses: losses,
      balancedLoss: try evaluate(.weighted(Self.balance(digits.labels))).loss,
      accuracy: try evaluate().accuracy)
  }

  /// Weights of rows that give every class the same, and add up to 1.
  static func balance(_ labels: [Int]) -> [Double] {
    let counts = labels.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
    return labels.map { 1 / Double(counts.count * counts[$0, default: 1]) }
  }
}
