public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// Proxy-anchor loss: every class's proxy pulls at the rows of its class, and pushes the others, the worst hardest.
///
/// For `N` features f with labels y, `C` proxies w, the cosines c between them, C⁺ the classes that have a row, the
/// margin m and α:
/// ```
/// L_c = C/|C⁺| log( 1 + Σ_{i: yᵢ=c} exp(α·(m − cᵢ_c)) )
///     + log( 1 + Σ_{i: yᵢ≠c} exp(α·(cᵢ_c + m)) )
/// loss = 1/C Σ_c L_c
/// ```
/// **Terms are those of the classes**, C of them, so that the mean of the first halves is over the classes that have a
/// row, and that of the second over all. A class without a row has no first half, one that all rows are of no second.
/// It is not divided by α, as multi-similarity is.
///
/// When all embeddings are equal the loss is the mean over C⁺ of softplus(log n_c + α(m − 1)), and over C of
/// softplus(log(N − n_c) + α(1 + m)). No floor is proved; the second half alone is small only where cosines are below −m.
///
/// - Source: [Kim et al. 2020](https://arxiv.org/abs/2003.13911), eq. 4; equals pytorch-metric-learning 2.9.0's
///   `ProxyAnchorLoss`.
public struct ProxyAnchor: ClassAgentLoss {
  /// m, by how much positives are to be above and negatives below 0: from −1 to 1.
  public let margin: Double

  /// α > 0.
  public let alpha: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless −1 ≤ m ≤ 1, and α is positive and finite.
  public init(margin: Double = 0.1, alpha: Double = 32) throws(ContrastiveError) {
    guard (-1...1).contains(margin) else {
      throw .init(.margin, .number(found: margin, expected: .from(-1, to: 1)))
    }
    try alpha.requirePositive(.alpha)
    self.margin = margin
    self.alpha = alpha
  }

  /// Runs the loss. The class weights are the proxies: row c is that of class c. There are C terms.
  ///
  /// - Throws: As every ``ClassWeightLoss``, and `ContrastiveError` for an α that the scalar has no room for.
  /// - Complexity: 2NCd flops for the value, 6NCd with the gradient; memory for the gradients, a few tiles per thread,
  ///   and N numbers.
  public func step<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: ClassWeightVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    let step = try ClassWeightStep(
      features, classWeights, labels: labels,
      temperature: Temperature(scale: 1, times: alpha, named: .alpha, for: F.Scalar.self),
      options: pass.options)
    let (rows, proxies) = (step.features, step.classWeights)
    let function = ProxyAnchorRow(
      shift: alpha * margin,
      positiveFactor: Double(proxies.rowCount) / Double(Set(labels).count))
    // The proxies are the anchors, and the features what they are compared with.
    var problem = OneWayProblem(
      queries: proxies, queriesNeedGradient: variables.contains(.classWeights),
      candidates: Candidates(
        keys: [
          .init(
            rows: rows,
            roles: .groups(PairedGroups(rowIDs: Array(0..<proxies.rowCount), columnIDs: labels)),
            needsGradient: variables.contains(.features))
        ], positives: .columns), function: function, scales: .one(alpha),
      weights: try pass.weights(termCount: proxies.rowCount))
    problem.observes = pass.diagnostics == .all
    let result = try problem.run(options: pass.options)
    return LossStep(
      result,
      gradient: ClassWeightGradient(
        features: rows.gradient(fromUnit: result.keyGradients[0], options: pass.options),
        classWeights: proxies.gradient(fromUnit: result.queryGradient, options: pass.options)),
      level: pass.diagnostics, hasSinglePositive: false, floor: nil)
  }
}

/// q·softplus(λ + αm) + softplus(ℓ + αm), λ = log Σ exp(−z) of the positives, of logits α·c.
struct ProxyAnchorRow: RowFunction {
  /// αm.
  let shift: Double

  /// q = C/|C⁺|.
  let positiveFactor: Double

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let weight = rows.weights[row]
      let own = rows.positives(of: row)
      let positives = PositiveStatistics(own.map { -rows.positives[$0] })
      let pull = positives.logSumExp + shift
      let push = rows.logSumExp[0][row] + shift
      rows.values[row] = positiveFactor * softplus(pull) + softplus(push)
      rows.logSumExpSlopes[0][row] = weight * logistic(push)
      let slope = -weight * positiveFactor * logistic(pull)
      for p in own { rows.positiveSlopes[p] = slope * positives.share(of: -rows.positives[p]) }
    }
  }

  func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    let (positives, negatives) = (Double(candidates.positives), Double(candidates.negatives))
    return positiveFactor * softplus(.log(positives) + shift - scale)
      + softplus(.log(negatives) + shift + scale)
  }
}
