import ContrastiveBounds
import ContrastiveEmbeddings
import Foundation
import Testing

@Suite struct InfoNCELimitsTests {
  static let negatives = [0.9, 0.5, 0.1, -0.3, -0.7]

  private func loss(_ positive: Double, _ negatives: [Double], _ temperature: Double) -> Double {
    log1p(negatives.reduce(0) { $0 + exp(($1 - positive) / temperature) })
  }

  @Test("is the loss at small τ, above, at and below the positive", arguments: [0.8, 0.9, 0.95])
  func tight(positive: Double) throws {
    // Left out: negatives at least 0.4 below the hardest, a share e^(−0.4/τ) = 4e-18 at τ = 0.01; kept
    // are exponents up to 10, each two roundings.
    let limits = try InfoNCELimits(positive: positive, negatives: Self.negatives)
    expectClose(
      limits.hardestNegativeLoss(temperature: 0.01), loss(positive, Self.negatives, 0.01),
      relative: 4e-15)
  }

  @Test("scaled by τ tends to the triplet loss, with ties counted")
  func triplet() throws {
    let above = try InfoNCELimits(positive: 0.5, negatives: [0.75, -1, 0.75])
    #expect(above.tripletLoss == 0.25 && above.hardestMargin == 0.25 && above.hardestCount == 2)
    // No overflow at exponents beyond any exp: 1024, and 2.5e299.
    let sharp = above.hardestNegativeLoss(temperature: 0.000244140625)
    expectClose(sharp, 1024 + log(2), relative: 3e-16)
    #expect(above.hardestNegativeLoss(temperature: 1e-300) == 0.25 / 1e-300)

    let tie = try InfoNCELimits(positive: 0.75, negatives: [0.75, 0, 0.75, 0.75])
    #expect(tie.tripletLoss == 0)
    #expect(tie.hardestNegativeLoss(temperature: 1e-12) == log1p(3))

    let below = try InfoNCELimits(positive: 0.75, negatives: [0.25, 0.25])
    #expect(below.tripletLoss == 0 && below.hardestMargin == -0.5)
    expectClose(
      below.hardestNegativeLoss(temperature: 0.0078125), 2 * exp(-64), relative: 1e-15)
  }

  @Test("is the loss at large τ to second order", arguments: [10.0, 100, 1000])
  func loose(temperature: Double) throws {
    // The next term is the third cumulant over 6τ³; similarities within ±1 keep it below 1/τ³.
    let limits = try InfoNCELimits(positive: 0.8, negatives: Self.negatives)
    let error =
      try limits.looseLoss(temperature: Temperature(temperature))
      - loss(0.8, Self.negatives, temperature)
    #expect(abs(error) < 1 / (temperature * temperature * temperature) + 1e-15)
  }

  @Test("gives Wang and Liu's example between its limits")
  func example() throws {
    let limits = try InfoNCELimits(positive: 0.8, negatives: Self.negatives)
    // 1.646067429125 at τ = 0.07, 1.360611277814 at τ = 1
    #expect(limits.hardestNegativeLoss(temperature: 0.07) < 1.646067429125)
    #expect(limits.hardestNegativeLoss(temperature: 0.07) > 1.64)
    #expect(abs(limits.looseLoss(temperature: 1) - 1.360611277814) < 0.05)
  }

  @Test("names what is wrong")
  func errors() {
    #expect(throws: ContrastiveError.self) { try InfoNCELimits(positive: .nan, negatives: [1]) }
    #expect(throws: ContrastiveError.self) { try InfoNCELimits(positive: 1, negatives: []) }
    #expect(throws: ContrastiveError(.negatives, row: 1, .notFinite)) {
      try InfoNCELimits(positive: 1, negatives: [0, .infinity])
    }
  }
}
