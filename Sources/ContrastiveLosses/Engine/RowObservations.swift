import RealModule

/// Sums over rows of what the diagnostics report.
struct RowObservations: Sendable {
  var rowCount = 0
  var termCount = 0
  var negativeCount = 0
  var top1 = 0
  var top5 = 0
  var chance = 0.0
  var positiveSimilarity = 0.0
  var negativeSimilarity = 0.0
  var entropy = 0.0
  var effectiveNegatives = 0.0
  var rowsWithNegatives = 0
  var weightCount = 0
  var pairCount = 0

  mutating func add(rank: Double) {
    if rank <= 1 { top1 += 1 }
    if rank <= 5 { top5 += 1 }
  }

  mutating func add(entropy row: Double) {
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
    termCount += other.termCount
    negativeCount += other.negativeCount
    top1 += other.top1
    top5 += other.top5
    chance += other.chance
    positiveSimilarity += other.positiveSimilarity
    negativeSimilarity += other.negativeSimilarity
    entropy += other.entropy
    effectiveNegatives += other.effectiveNegatives
    rowsWithNegatives += other.rowsWithNegatives
    weightCount += other.weightCount
    pairCount += other.pairCount
  }
}
