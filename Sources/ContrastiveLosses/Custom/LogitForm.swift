import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// How a cosine c becomes a logit z, with s = 1/τ.
public enum LogitForm: Hashable, Sendable {
  /// z = s·c.
  case scaledCosines
  /// z = s·artanh c, whose slope s/(1 − c²) does not fade where rows are close. Undefined at c = ±1.
  ///
  /// - Source: [arXiv 2501.17683](https://arxiv.org/abs/2501.17683), with s = 2.
  case arctanh
  /// z = s·max(0, c + m)·(c − m), where the first factor takes no gradient. Losses refuse an m that no logit
  /// can hold.
  ///
  /// - Source: [Sun et al. 2020](https://arxiv.org/abs/2002.10857), the negatives of the circle loss.
  case circle(margin: Double)
  /// z = s·(c − base). Losses refuse a base that no logit can hold.
  case offset(base: Double)

  /// The map, or `nil` for scaled cosines.
  ///
  /// - Throws: `ContrastiveError` for a map with temperatures of rows, log-weights or a function of Σz, and for a margin
  ///   or a base that a logit cannot hold.
  func map<Scalar: EmbeddingScalar>(
    _ scales: RowScales, for function: any RowFunction, hasLogWeights: Bool,
    as scalar: Scalar.Type
  ) throws(ContrastiveError) -> LogitMap? {
    guard self != .scaledCosines else { return nil }
    guard case .one(let scale) = scales else {
      throw .init(
        .logits,
        .choice(
          found: "a map with temperatures of rows", expected: ".scaledCosines, or one temperature"))
    }
    guard !function.usesTotals, !hasLogWeights else {
      throw .init(
        .logits,
        .choice(found: "a map with a function of Σz or log-weights", expected: ".scaledCosines"))
    }
    let largest = Double(Scalar.greatestFiniteMagnitude).squareRoot()
    switch self {
    case .scaledCosines: return nil
    case .arctanh: return .arctanh(scale: scale)
    case .circle(let margin):
      // |z| is up to s·(1 + |m|)².
      try Self.require(
        margin, within: (largest / scale).squareRoot() - 1, as: scalar, named: .margin)
      return .circle(scale: scale, margin: margin)
    case .offset(let base):
      try Self.require(base, within: largest / scale - 1, as: scalar, named: .base)
      return .affine(scale: scale, offset: base)
    }
  }
}

extension LogitForm {
  private static func require<Scalar: EmbeddingScalar>(
    _ number: Double, within bound: Double, as scalar: Scalar.Type,
    named name: ContrastiveError.Argument
  ) throws(ContrastiveError) {
    guard abs(number) <= bound else {
      throw .init(
        name,
        .number(
          found: number, expected: .from(-bound, to: bound, "in \(Scalar.self) arithmetic")))
    }
  }
}

extension LossStep {
  /// Leaves out of the diagnostics what a form of logits, or log-weights, make unknown.
  mutating func forgetWhatIsUnknown(of logits: LogitForm, hasLogWeights: Bool) {
    if logits != .scaledCosines { forgetSimilarities() }
    // The logits of equal embeddings would be infinite.
    if hasLogWeights || logits == .arctanh { forgetChance() }
  }

  /// With log-weights equal embeddings have no loss that the number of candidates tells.
  mutating func forgetChance() { diagnostics?.chance = nil }

  /// Mapped logits are no similarities.
  mutating func forgetSimilarities() {
    diagnostics?.meanPositiveSimilarity = nil
    diagnostics?.meanNegativeSimilarity = nil
  }
}
