import RealModule

/// Sums over rows of what the diagnostics report.
package struct RowObservations: Sendable {
  package var rowCount = 0
  package var negativeCount = 0
  package var top1 = 0
  package var top5 = 0
  package var chance = 0.0
  package var chanceCount = 0
  package var positiveSimilarity = 0.0
  package var negativeSimilarity = 0.0
  package var entropy = 0.0
  package var effectiveNegatives = 0.0
  package var rowsWithNegatives = 0
  package var weightCount = 0
  package var pairCount = 0
  package var logitError: LogitError?

  package init() {}

  mutating func add(rank: Double) {
    if rank <= 1 { top1 += 1 }
    if rank <= 5 { top5 += 1 }
  }

  package mutating func add(entropy row: Double) {
    entropy += row
    effectiveNegatives += .exp(row)
    rowsWithNegatives += 1
  }

  /// Adds how many weights the gradient took up, of how many pairs.
  mutating func add(weights: (Int, of: Int)) {
    weightCount += weights.0
    pairCount += weights.of
  }

  /// Adds the sums of other rows.
  mutating func add(_ other: RowObservations) {
    rowCount += other.rowCount
    negativeCount += other.negativeCount
    top1 += other.top1
    top5 += other.top5
    chance += other.chance
    chanceCount += other.chanceCount
    positiveSimilarity += other.positiveSimilarity
    negativeSimilarity += other.negativeSimilarity
    entropy += other.entropy
    effectiveNegatives += other.effectiveNegatives
    rowsWithNegatives += other.rowsWithNegatives
    weightCount += other.weightCount
    pairCount += other.pairCount
    logitError.formUnion(other.logitError)
  }
}
