import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// To the bit but for the product with a cotangent of 3, which is one rounding.
@Suite("Differentiable losses leave out false negatives")
struct FalseNegativeDifferentiationTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)
  let excluded = FalseNegatives<Double>.equalIDs([0, 1, 0, 2, 1, 0])
  /// Of too few pairs.
  let broken = FalseNegatives<Double>.equalIDs([0, 1])

  private func checkPairs<Loss: PairedLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
    let (value, slopes) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(queries: x, keys: y, excluding: excluded, reduction: .sum)
    }
    let step = try loss.valueWithGradient(
      queries: x, keys: y, excluding: excluded, reduction: .sum)
    expect(value, [slopes.1, slopes.2], slopes.0, equal: step)
    #expect(try step.value != loss.value(queries: x, keys: y, reduction: .sum))
    #expect(
      try loss(queries: x, keys: y, excluding: excluded)
        == loss.value(queries: x, keys: y, excluding: excluded))

    let constant = gradient(at: x) { x in
      loss(queries: x, keys: y, excluding: excluded)
    }
    let ofQueries = try loss.valueWithGradient(
      queries: x, keys: y, excluding: excluded, of: [.queries, .logScale])
    #expect(constant == ofQueries.gradient.queries)

    let failed = expectFailure {
      _ = try loss.value(queries: x, keys: y, excluding: broken)
    } of: {
      gradient(at: loss, x, y) { loss, x, y in
        loss(queries: x, keys: y, excluding: broken)
      }
    }
    expectZeros(failed)
  }

  /// Expects zeros of the arguments' shapes.
  private func expectZeros(
    _ gradient: (Temperature.TangentVector, Matrix<Double>, Matrix<Double>)?,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let zeros = Matrix<Double>(rowCount: 6, columnCount: 4)
    #expect(gradient?.0 == .zero, sourceLocation: sourceLocation)
    #expect(gradient?.1 == zeros && gradient?.2 == zeros, sourceLocation: sourceLocation)
  }

  @Test("of pairs", arguments: LossSubject.ofPairs)
  func pairs(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.pairedLoss(temperature: 0.2, dimension: 4)
        as? any PairedLoss & TemperatureDifferentiable)
    try checkPairs(loss)
  }

  @Test("of what is pairs under other names")
  func otherPairs() throws {
    try checkPairs(InfoNCE(temperature: 0.2))
    try checkPairs(MoCoV3(temperature: 0.2))
    try checkPairs(CLIP(temperature: 0.2))
    try checkPairs(HardNegative(temperature: 0.2, positivePrior: 0.1, concentration: 1.5))
  }

  private func checkViews<Loss: TwoViewLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
    let (value, slopes) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(viewA: x, viewB: y, excluding: excluded, reduction: .sum)
    }
    let step = try loss.valueWithGradient(
      viewA: x, viewB: y, excluding: excluded, reduction: .sum)
    expect(value, [slopes.1, slopes.2], slopes.0, equal: step)
    #expect(try step.value != loss.value(viewA: x, viewB: y, reduction: .sum))
    let failed = expectFailure {
      _ = try loss.value(viewA: x, viewB: y, excluding: broken)
    } of: {
      gradient(at: loss, x, y) { loss, x, y in
        loss(viewA: x, viewB: y, excluding: broken)
      }
    }
    expectZeros(failed)
  }

  @Test("of two views", arguments: LossSubject.ofTwoViews)
  func twoViews(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.twoViewLoss(temperature: 0.2) as? any TwoViewLoss & TemperatureDifferentiable)
    try checkViews(loss)
  }

  private func checkTowers<Loss: TwoTowerLoss & TemperatureDifferentiable>(
    _ loss: Loss, excluding excluded: FalseNegatives<Double>
  ) throws {
    let (value, slopes) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(images: x, texts: y, excluding: excluded, reduction: .sum)
    }
    let step = try loss.valueWithGradient(
      images: x, texts: y, excluding: excluded, of: [.images, .texts, .logScale],
      reduction: .sum)
    expect(value, [slopes.1, slopes.2], slopes.0, equal: step)
    #expect(try step.value != loss.value(images: x, texts: y, reduction: .sum))
    let failed = expectFailure {
      _ = try loss.value(images: x, texts: y, excluding: broken)
    } of: {
      gradient(at: loss, x, y) { loss, x, y in
        loss(images: x, texts: y, excluding: broken)
      }
    }
    expectZeros(failed)
  }

  @Test("of two towers, by ids, a margin and a guide")
  func towers() throws {
    let guided = FalseNegatives<Double>.moreSimilar(guideQueries: y, positives: x)
    for rule in [excluded, .moreSimilar(margin: .absolute(0.1)), guided] {
      try checkTowers(CLIP(temperature: 0.2), excluding: rule)
      try checkTowers(BothWaysLoss(PositiveCrossEntropy(), temperature: 0.2), excluding: rule)
    }
  }

  @Test("of SigLIP, whose pairs of one id are no term")
  func sigLIP() throws {
    func temperature(_ slope: SigLIP.TangentVector) -> Temperature.TangentVector {
      Temperature.TangentVector(logScale: slope.logScale, rowLogScales: slope.rowLogScales)
    }
    let loss = SigLIP(temperature: 0.2, bias: -1)
    let (value, slopes) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(images: x, texts: y, excluding: excluded)
    }
    let step = try loss.valueWithGradient(images: x, texts: y, excluding: excluded)
    expect(value, [slopes.1, slopes.2], temperature(slopes.0), equal: step)
    #expect(slopes.0.bias == step.gradient.bias.map { 3 * $0 })
    #expect(try step.value != loss.value(images: x, texts: y))
    let failed = expectFailure {
      _ = try loss.value(images: x, texts: y, excluding: broken)
    } of: {
      gradient(at: loss, x, y) { loss, x, y in
        loss(images: x, texts: y, excluding: broken)
      }
    }
    expectZeros(failed.map { (temperature($0.0), $0.1, $0.2) })
    #expect(failed?.0.bias == 0)
  }

  @Test("of log-odds, which have no temperature")
  func logOdds() throws {
    let loss = ArctanhInfoNCE()
    let (value, slopes) = valueWithGradient(at: x, y) { x, y in
      3 * loss(queries: x, keys: y, excluding: excluded)
    }
    let step = try loss.valueWithGradient(queries: x, keys: y, excluding: excluded)
    expect(
      value, [slopes.0, slopes.1], equal: step, [step.gradient.queries, step.gradient.keys])
    #expect(try step.value != loss.value(queries: x, keys: y))
    let failed = expectFailure {
      _ = try loss.value(queries: x, keys: y, excluding: broken)
    } of: {
      gradient(at: x, y) { x, y in
        loss(queries: x, keys: y, excluding: broken)
      }
    }
    expectZeros(failed.map { (.zero, $0.0, $0.1) })
  }

  @Test("of a teacher's similarities")
  func teacher() throws {
    let loss = EmbeddingDistillation(temperature: 0.2, teacherTemperature: 0.5)
    let (guide, other) = (x.columns(0..<3), y.columns(0..<3))
    let (value, slopes) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3
        * loss(
          images: x, texts: y, teacherImages: guide, teacherTexts: other, excluding: excluded)
    }
    let step = try loss.valueWithGradient(
      images: x, texts: y, teacherImages: guide, teacherTexts: other, excluding: excluded)
    expect(value, [slopes.1, slopes.2], slopes.0, equal: step)
    #expect(
      try step.value
        != loss.value(images: x, texts: y, teacherImages: guide, teacherTexts: other))
    let failed = expectFailure {
      _ = try loss.value(
        images: x, texts: y, teacherImages: guide, teacherTexts: other, excluding: broken)
    } of: {
      gradient(at: loss, x, y) { loss, x, y in
        loss(images: x, texts: y, teacherImages: guide, teacherTexts: other, excluding: broken)
      }
    }
    expectZeros(failed)
  }
}
