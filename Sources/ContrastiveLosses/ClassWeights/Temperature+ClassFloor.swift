package import ContrastiveBounds
package import ContrastiveEmbeddings
import ContrastiveEngine
import RealModule

extension Temperature {
  /// The floor of a softmax over classes, where the batch's labels are balanced.
  ///
  /// With a margin, with S = Σ w_c and cᵢ = fᵢ·w_yᵢ, Jensen's inequality as in NormFace's
  /// proposition 2 leaves, of balanced classes, the mean of
  /// ```
  /// (fᵢ·S − cᵢ)/(n − 1) − ψ(cᵢ)
  ///   = fᵢ·(S − n·w_yᵢ)/(n − 1) + (cᵢ − ψ(cᵢ))
  ///   ≥ −n/(n − 1) + δ
  /// ```
  /// and the regular simplex, whose features equal their weights, attains both parts.
  ///
  /// - Parameters:
  ///   - labels: Of all features.
  ///   - margin: δ, the least that a margin takes from a cosine; `nil` where the loss is no such
  ///     cross-entropy, of which no floor is known.
  package func floor(
    labels: [Int], classCount: Int, margin: Double?, dimension: Int
  ) throws(ContrastiveError) -> LossBound? {
    guard let margin, labels.isBalanced(over: classCount), !isIndividual else { return nil }
    let bound = try CandidateSet.classes(classCount).floor(
      temperature: self, dimension: dimension)
    guard margin > 0 else { return bound }
    let (count, scale) = (Double(classCount), scale)
    // One class has no others: −∞, and the floor 0.
    return LossBound(
      value: softplus(.log(count - 1) + scale * margin - scale * count / (count - 1)),
      isAttainable: bound.isAttainable)
  }
}
