package import ContrastiveBounds
package import ContrastiveEmbeddings

extension CandidateSet {
  /// The floor at one temperature; `nil` where rows have temperatures of their own.
  ///
  /// The mean of the rows' floors is none: with τ = (10⁶, 1, 10⁶) and q = k = (+1, −1, +1) the in-batch loss is
  /// 0.812, and that mean 0.855. The row that cares may have its negatives where the others do not mind.
  package func floor(
    unlessIndividual temperature: Temperature, dimension: Int
  ) throws(ContrastiveError) -> LossBound? {
    guard !temperature.isIndividual else { return nil }
    return try floor(temperature: temperature, dimension: dimension)
  }
}
