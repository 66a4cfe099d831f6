import Contrastive
import ContrastiveEngine
import ContrastiveKernels
import Testing

@Suite("The tie interval of ranks")
struct RankCountsTests {
  /// What a negative counts as whose logit is `units` last places of 1, times the scale, from the
  /// positive's.
  private func counts(units: Double, dimension: Int) -> [Int64?] {
    let (positive, scale) = (3.0, 10.0)
    var ranks: RankCounts? = RankCounts(
      around: [positive], scales: .one(scale), dimension: dimension, as: Float.self)
    let logits = Block<Float>(rowCount: 1, columnCount: 1)
    logits[0, 0] = Float(positive + units * Double(Float.ulpOfOne) * scale)
    var maximum = [-Double.infinity]
    logits.updateMaximum(&maximum, counting: &ranks)
    return [ranks?.above[0], ranks?.notBelow[0]]
  }

  private let below: [Int64?] = [0, 0]
  private let tied: [Int64?] = [0, 1]
  private let above: [Int64?] = [1, 1]

  // The logits' own roundings to Float are one unit of 10 at most.
  @Test("is √d units wide, and 4 at least", arguments: [(1024, 32.0), (4, 4), (16, 4), (25, 5)])
  func width(dimension: Int, margin: Double) {
    for sign in [-1, 1] as [Double] {
      #expect(counts(units: sign * 0.9 * margin, dimension: dimension) == tied)
    }
    #expect(counts(units: 1.1 * margin, dimension: dimension) == above)
    #expect(counts(units: 3 * margin, dimension: dimension) == above)
    #expect(counts(units: -1.1 * margin, dimension: dimension) == below)
  }
}
