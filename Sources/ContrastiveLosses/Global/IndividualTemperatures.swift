public import ContrastiveEmbeddings

/// For every sample of a data set a temperature of its image and one of its text, which learn: the state of
/// ``RobustGlobalContrastive``.
///
/// Of a batch's samples, with the slope dL/dτ of each by its own τ:
/// ```
/// v ← (1 − β)·v + β·dL/dτ
/// τ ← min( τ₊, max( τ₋, τ − η·v ) )
/// ```
/// The slope is that of the sample's own term, whatever the batch's size. What is seldom seen learns as fast per
/// visit as what is often seen.
///
/// ```swift
/// var temperatures = try IndividualTemperatures(
///   sampleCount: 12_000_000, initial: 0.01)
/// ```
/// A value of four numbers for every sample; a copy that is still held at the next step costs a copy of them then.
///
/// - Source: [Qiu et al. 2023](https://arxiv.org/abs/2305.11965); the rule and the defaults of LibAUC 2.0.1's
///   `GCLoss_v2`. FastCLIP's code (Optimization-AI/fast_clip@6dcaa93) has another, which is not offered: like Adam's,
///   but divided by the mean square and not by its root, so that small slopes move τ most, and corrected by the epoch
///   and not by how often a sample was seen.
public struct IndividualTemperatures: Hashable, Sendable {
  /// From τ₋ to τ₊.
  public let range: ClosedRange<Double>

  /// η.
  public let learningRate: Double

  /// β, how much of v is the newest slope: above 0, and 1 for none of the earlier ones.
  public let beta: Double

  /// τ of every sample's image, among texts.
  public private(set) var images: [Double]

  /// τ of every sample's text, among images.
  public private(set) var texts: [Double]

  /// v of every sample's image.
  package private(set) var imageSlopes: [Double]

  /// v of every sample's text.
  package private(set) var textSlopes: [Double]

  /// Creates temperatures that are all the same.
  ///
  /// - Parameters:
  ///   - sampleCount: How many pairs the data set has.
  ///   - initial: The first τ of all of them, one.
  ///   - range: Where they may go.
  ///   - learningRate: η.
  ///   - beta: β.
  /// - Throws: `ContrastiveError` unless there are samples, 0 < τ₋ ≤ τ ≤ τ₊, η is finite and not negative, and 0 < β ≤ 1.
  public init(
    sampleCount: Int, initial: Temperature, range: ClosedRange<Double> = 0.005...0.05,
    learningRate: Double = 0.01, beta: Double = 0.9
  ) throws(ContrastiveError) {
    guard sampleCount > 0 else {
      throw .init(.sampleCount, .integer(found: sampleCount, expected: .positive))
    }
    try initial.requireValid()
    guard !initial.isIndividual else {
      throw .init(.temperature, .choice(found: "\(initial)", expected: "one for all samples"))
    }
    let all = Array(repeating: initial.value, count: sampleCount)
    let still = Array(repeating: 0.0, count: sampleCount)
    try self.init(
      images: all, texts: all, imageSlopes: still, textSlopes: still, range: range,
      learningRate: learningRate, beta: beta)
  }

  /// - Precondition: As many of all, at least one.
  package init(
    images: [Double], texts: [Double], imageSlopes: [Double], textSlopes: [Double],
    range: ClosedRange<Double>, learningRate: Double, beta: Double
  ) throws(ContrastiveError) {
    for (name, bound) in [
      (ContrastiveError.Argument.minimum, range.lowerBound), (.maximum, range.upperBound),
    ] {
      do {
        _ = try Temperature(bound)
      } catch {
        throw .init(name, error.problem)
      }
    }
    guard learningRate >= 0, learningRate.isFinite else {
      throw .init(.learningRate, .number(found: learningRate, expected: .notNegative))
    }
    guard beta > 0, beta <= 1 else {
      throw .init(
        .beta, .number(found: beta, expected: .init(lower: .excluding(0), upper: .including(1))))
    }
    if let outside = (images + texts).first(where: { !range.contains($0) }) {
      throw .init(
        .temperature,
        .number(found: outside, expected: .from(range.lowerBound, to: range.upperBound)))
    }
    self.range = range
    self.learningRate = learningRate
    self.beta = beta
    self.images = images
    self.texts = texts
    self.imageSlopes = imageSlopes
    self.textSlopes = textSlopes
  }

  /// How many pairs the data set has.
  public var sampleCount: Int { images.count }

  /// The temperatures of a batch's images, and then of its texts, as any loss of two towers takes them.
  ///
  /// - Throws: `ContrastiveError` naming the first index that is no sample's, or one that came before; and where there
  ///   are none.
  public func temperature(of indices: [Int]) throws(ContrastiveError) -> Temperature {
    try indices.requireSamples(of: .individualTemperatures, count: sampleCount)
    return try Temperature(rows: indices.map { images[$0] } + indices.map { texts[$0] })
  }

  /// Moves the temperatures of a batch's images and texts by their slopes; not where that is `nil`.
  mutating func update(_ indices: [Int], by slopes: [Double?]) {
    let (range, learningRate, beta) = (range, learningRate, beta)
    func move(_ temperature: inout Double, _ average: inout Double, by slope: Double?) {
      guard let slope else { return }
      average = (1 - beta) * average + beta * slope
      temperature = min(
        range.upperBound, max(range.lowerBound, temperature - learningRate * average))
    }
    for (row, index) in indices.enumerated() {
      move(&images[index], &imageSlopes[index], by: slopes[row])
      move(&texts[index], &textSlopes[index], by: slopes[indices.count + row])
    }
  }
}
