public import ContrastiveEmbeddings

/// For every sample of a data set the moving average u of its negatives' exponentials, in logarithms, of both sides:
/// the state of ``GlobalContrastive``.
///
/// ```
/// log u ← log( (1 − γ)·exp(log u) + γ·exp(log g) )
/// ```
/// Where a positive stands out by 1 at τ = 0.005, u is e⁻²⁰⁰: 0 in `Float`, so that averages of u itself need a clamp
/// (1e-35 and 1e-14 in FastCLIP's code, 1e-20 in LibAUC's), and where they clamp, the sample's gradient is lost. log u is
/// −200.
///
/// ```swift
/// var normalizers = try MovingNormalizers(sampleCount: 12_000_000)
/// let step = try loss.valueWithGradient(
///   images: x, texts: y, indices: batch, normalizers: &normalizers)
/// ```
/// A value of two numbers for every sample; a copy that is still held at the next step costs a copy of them then.
public struct MovingNormalizers: Hashable, Sendable {
  /// log u of every sample's image, among texts: −∞ before its first visit.
  public package(set) var images: [Double]

  /// log u of every sample's text, among images: −∞ before its first visit.
  public package(set) var texts: [Double]

  /// Creates the averages of samples none of which has been visited.
  ///
  /// - Parameter sampleCount: How many pairs the data set has.
  /// - Throws: `ContrastiveError` unless it is positive.
  public init(sampleCount: Int) throws(ContrastiveError) {
    guard sampleCount > 0 else {
      throw .init(.sampleCount, .integer(found: sampleCount, expected: .positive))
    }
    images = Array(repeating: -.infinity, count: sampleCount)
    texts = images
  }

  /// How many pairs the data set has.
  public var sampleCount: Int { images.count }

  /// log u of a batch's images and then of its texts.
  func values(at indices: [Int]) -> [Double] {
    indices.map { images[$0] } + indices.map { texts[$0] }
  }

  /// Replaces log u of a batch's images and texts, but where there was nothing to average: −∞.
  mutating func set(_ values: [Double], at indices: [Int]) {
    for (row, index) in indices.enumerated() {
      let (image, text) = (values[row], values[indices.count + row])
      if image > -.infinity { images[index] = image }
      if text > -.infinity { texts[index] = text }
    }
  }
}

extension [Int] {
  /// - Throws: `ContrastiveError` naming the first index that is no sample's, or one that came before.
  func requireSamples(
    of argument: ContrastiveError.Argument, count: Int
  ) throws(ContrastiveError) {
    var seen = Set<Int>(minimumCapacity: self.count)
    for (row, index) in enumerated() {
      guard 0..<count ~= index else {
        throw .init(
          .indices, row: row,
          .integer(found: index, expected: .rows(of: argument, count: count)))
      }
      // Two terms of one sample would each be averaged with what was before both.
      guard seen.insert(index).inserted else {
        throw .init(
          .indices, row: row,
          .choice(found: "\(index) again", expected: "every sample once in a batch"))
      }
    }
  }
}
