/// A function of each query's logits in the batch, its own key the positive, summed over prefixes.
package struct NestedProblem: Sendable {
  /// Of the prefixes, rising.
  package let dimensions: [Int]

  /// Of the prefixes' losses in the sum.
  package let weights: [Double]

  /// Of one exponent, 1, and not of Σz.
  package let function: any RowFunction

  package let scales: RowScales
  package let termWeights: TermWeights
  package let queriesNeedGradient: Bool
  package let keysNeedGradient: Bool

  /// Whether the longest prefix's ranks and similarities are to be observed.
  package let observes: Bool

  var needsGradient: Bool { queriesNeedGradient || keysNeedGradient }

  package init(
    dimensions: [Int], weights: [Double], function: any RowFunction, scales: RowScales,
    termWeights: TermWeights, queriesNeedGradient: Bool, keysNeedGradient: Bool, observes: Bool
  ) {
    self.dimensions = dimensions
    self.weights = weights
    self.function = function
    self.scales = scales
    self.termWeights = termWeights
    self.queriesNeedGradient = queriesNeedGradient
    self.keysNeedGradient = keysNeedGradient
    self.observes = observes
  }
}
