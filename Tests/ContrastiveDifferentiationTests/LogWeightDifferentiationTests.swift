import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// To the bit but for the product with a cotangent of 3, which is one rounding.
@Suite("Differentiable losses take log-weights of candidates")
struct LogWeightDifferentiationTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)
  let labels = [0, 1, 0, 2, 1, 0]
  let excluded = FalseNegatives<Double>.equalIDs([0, 1, 0, 2, 1, 0])
  let weights = [0.5, -1, 0.25, 1.5, 0, -0.5]
  let others = [-0.25, 1, 0, 0.75, -1.5, 0.5]

  /// Expects zeros of the arguments' shapes.
  private func expectZeros(
    _ slope: Temperature.TangentVector?, _ gradient: Matrix<Double>?...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let zeros = Matrix<Double>(rowCount: 6, columnCount: 4)
    #expect(slope == .zero, sourceLocation: sourceLocation)
    #expect(gradient.allSatisfy { $0 == zeros }, sourceLocation: sourceLocation)
  }

  private func checkPairs<Loss: LogWeightedPairedLoss & TemperatureDifferentiable>(
    _ loss: Loss, _ weights: PairLogWeights
  ) throws {
    let (value, slopes) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(queries: x, keys: y, excluding: excluded, logWeights: weights, reduction: .sum)
    }
    let step = try loss.valueWithGradient(
      queries: x, keys: y, excluding: excluded, logWeights: weights, reduction: .sum)
    expect(value, [slopes.1, slopes.2], slopes.0, equal: step)
    #expect(
      try step.value != loss.value(queries: x, keys: y, excluding: excluded, reduction: .sum))
    #expect(
      try loss(queries: x, keys: y, logWeights: weights)
        == loss.value(queries: x, keys: y, logWeights: weights))

    let constant = gradient(at: x) { x in
      loss(queries: x, keys: y, logWeights: weights)
    }
    let ofQueries = try loss.valueWithGradient(
      queries: x, keys: y, logWeights: weights, of: [.queries, .logScale])
    #expect(constant == ofQueries.gradient.queries)

    let broken = PairLogWeights(columns: [1, 2])
    let failed = expectFailure {
      _ = try loss.value(queries: x, keys: y, logWeights: broken)
    } of: {
      gradient(at: loss, x, y) { loss, x, y in
        loss(queries: x, keys: y, logWeights: broken)
      }
    }
    expectZeros(failed?.0, failed?.1, failed?.2)
  }

  @Test("of pairs, one way", arguments: LossSubject.ofPairs)
  func pairs(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.pairedLoss(temperature: 0.2, dimension: 4)
        as? any LogWeightedPairedLoss & TemperatureDifferentiable)
    try checkPairs(loss, PairLogWeights(columns: weights))
  }

  @Test("of what is pairs under other names")
  func otherPairs() throws {
    let ofKeys = PairLogWeights(columns: weights)
    try checkPairs(InfoNCE(temperature: 0.2), ofKeys)
    try checkPairs(MoCoV3(temperature: 0.2), ofKeys)
    let both = PairLogWeights(rows: others, columns: weights)
    try checkPairs(CLIP(temperature: 0.2), both)
    try checkPairs(NTXent(temperature: 0.2), both)
  }

  private func checkViews<Loss: LogWeightedTwoViewLoss & TemperatureDifferentiable>(
    _ loss: Loss
  ) throws {
    let both = PairLogWeights(rows: others, columns: weights)
    let (value, slopes) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(viewA: x, viewB: y, excluding: excluded, logWeights: both, reduction: .sum)
    }
    let step = try loss.valueWithGradient(
      viewA: x, viewB: y, excluding: excluded, logWeights: both, reduction: .sum)
    expect(value, [slopes.1, slopes.2], slopes.0, equal: step)
    #expect(
      try step.value != loss.value(viewA: x, viewB: y, excluding: excluded, reduction: .sum))
    let broken = PairLogWeights(rows: [.nan, 0, 0, 0, 0, 0])
    let failed = expectFailure {
      _ = try loss.value(viewA: x, viewB: y, logWeights: broken)
    } of: {
      gradient(at: loss, x, y) { loss, x, y in loss(viewA: x, viewB: y, logWeights: broken) }
    }
    expectZeros(failed?.0, failed?.1, failed?.2)
  }

  @Test("of two views", arguments: LossSubject.ofTwoViews)
  func twoViews(_ subject: LossSubject) throws {
    // The others estimate means over negatives, and take none.
    guard
      let loss = try subject.twoViewLoss(temperature: 0.2)
        as? any LogWeightedTwoViewLoss & TemperatureDifferentiable
    else { return }
    try checkViews(loss)
  }

  @Test("of two towers, both ways")
  func towers() throws {
    func check<Loss: TwoTowerLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
      let both = PairLogWeights(rows: others, columns: weights)
      let (value, slopes) = valueWithGradient(at: loss, x, y) { loss, x, y in
        3 * loss(images: x, texts: y, excluding: excluded, logWeights: both)
      }
      let step = try loss.valueWithGradient(
        images: x, texts: y, excluding: excluded, logWeights: both)
      expect(value, [slopes.1, slopes.2], slopes.0, equal: step)
      #expect(try step.value != loss.value(images: x, texts: y, excluding: excluded))
      let broken = PairLogWeights(rows: [1])
      let failed = expectFailure {
        _ = try loss.value(images: x, texts: y, logWeights: broken)
      } of: {
        gradient(at: loss, x, y) { loss, x, y in
          loss(images: x, texts: y, logWeights: broken)
        }
      }
      expectZeros(failed?.0, failed?.1, failed?.2)
    }
    try check(CLIP(temperature: 0.2))
    try check(BothWaysLoss(PositiveCrossEntropy(), temperature: 0.2))
  }

  @Test("of tokens, whose documents may be left out", arguments: LossSubject.ofTokens)
  func tokens(_ subject: LossSubject) throws {
    let loss = try #require(
      subject.tokenLoss(temperature: 0.2) as? any TokenLoss & TemperatureDifferentiable)
    try checkTokens(loss, isBothWays: subject == .maxSimCLIP)
  }

  private func checkTokens<Loss: TokenLoss & TemperatureDifferentiable>(
    _ loss: Loss, isBothWays: Bool
  ) throws {
    let lengths = (queries: [1, 3, 2], documents: [2, 1, 3])
    let queries = try TokenRows(x, lengths: lengths.queries)
    let documents = try TokenRows(y, lengths: lengths.documents)
    let exclusion = Exclusion.equalIDs(rows: [0, 1, 0], keys: [0, 1, 0])
    let weights = PairLogWeights(
      rows: isBothWays ? [0.5, -1, 0.25] : nil, columns: [1, -0.5, 0.75])
    let (value, slopes) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3
        * loss(
          queries: x, queryLengths: lengths.queries, documents: y,
          documentLengths: lengths.documents, excluding: exclusion, logWeights: weights)
    }
    let step = try loss.valueWithGradient(
      queries: queries, documents: documents, excluding: exclusion, logWeights: weights)
    expect(value, [slopes.1, slopes.2], slopes.0, equal: step)
    #expect(
      try step.value
        != loss.value(queries: queries, documents: documents, excluding: exclusion))
    #expect(
      try step.value
        != loss.value(queries: queries, documents: documents, logWeights: weights))
    let broken = PairLogWeights(columns: [1])
    let failed = expectFailure {
      _ = try loss.value(queries: queries, documents: documents, logWeights: broken)
    } of: {
      gradient(at: loss, x, y) { loss, x, y in
        loss(
          queries: x, queryLengths: lengths.queries, documents: y,
          documentLengths: lengths.documents, logWeights: broken)
      }
    }
    expectZeros(failed?.0, failed?.1, failed?.2)
  }
}
