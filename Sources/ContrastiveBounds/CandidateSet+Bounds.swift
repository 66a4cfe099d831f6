public import ContrastiveEmbeddings
internal import RealModule

extension CandidateSet {
  /// Returns the loss when nothing is told apart.
  ///
  /// ```
  /// chance = log(1 + K)
  /// ```
  /// of K negatives: log N in the batch, log(2N − 1) for NT-Xent. The loss of a collapsed model, at every temperature, and of any model as τ → ∞.
  ///
  /// - Returns: The loss in nats; 0 without negatives.
  /// - Throws: `ContrastiveError` if the count of this set is out of range.
  public func chance() throws(ContrastiveError) -> Double {
    .log(onePlus: Double(try negativeCount))
  }

  /// Returns the greatest lower bound proved for the loss on this set, whatever the embeddings.
  ///
  /// ```
  /// free         log(1 + K e^(−2/τ))
  /// inBatch      log(1 + (N−1) e^(−N/((N−1)τ)))
  /// twoViews     log(1 + 2(N−1) e^(−N/((N−1)τ)))
  /// classes      log(1 + (n−1) e^(−s n/(n−1))),  s = 1/τ
  /// ```
  /// The last is NormFace's proposition 2. Against free keys no cosine is below −1, and all can be −1 at once: attainable in every
  /// dimension. Where negatives are queries too, Jensen's inequality twice, inside the log and over
  /// the rows, leaves the mean cosine, which is at least −1/(n−1): attainable, by the regular
  /// simplex, from n − 1 dimensions. NormFace's assumption that each feature equals its class weight
  /// is not needed; that classes are balanced is.
  ///
  /// With fewer dimensions the bound holds but is not attained, and no closed form is known in
  /// general. One point or class, or no negative, has the floor 0.
  ///
  /// - Parameters:
  ///   - temperature: τ, or s through `Temperature(scale:)`.
  ///   - dimension: The embeddings' dimension, at least 1, or `nil` for "large enough".
  /// - Returns: The floor in nats, and whether embeddings of that dimension reach it.
  /// - Throws: `ContrastiveError` if a count or the dimension is out of range.
  /// - Complexity: O(1)
  /// - Source: [Wang et al. 2017](https://arxiv.org/abs/1704.06369), proposition 2; the untied and
  ///   two-view forms follow by the same proof.
  public func floor(
    temperature: Temperature, dimension: Int? = nil
  ) throws(ContrastiveError) -> LossBound {
    try value(of: floorConfiguration, temperature: temperature, dimension: dimension)
  }

  /// Returns the loss of one arrangement of the points.
  ///
  /// ```
  /// loss = log(1 + v Σⱼ exp((cⱼ − 1)/τ)),
  ///        v = 2 for two views, else 1
  /// ```
  /// The positive is at cosine 1, the other n − 1 points j at the arrangement's cosines cⱼ:
  ///
  /// | arrangement | loss | exists for |
  /// | --- | --- | --- |
  /// | `antipodal` | log(1 + K e^(−2/τ)) | any d; n ≤ 2 if negatives are queries |
  /// | `simplex` | log(1 + K e^(−n/((n−1)τ))) | d ≥ n − 1 |
  /// | `orthogonal` | log(1 + K e^(−1/τ)) | d ≥ n |
  /// | `collapsed` | log(1 + K) | any d |
  /// | `crossPolytope` | log(1 + v((n−2) e^(−1/τ) + e^(−2/τ))) | d ≥ n/2, n even |
  /// | `polygon` | log(1 + v Σₖ e^((cos(2πk/n) − 1)/τ)) | d ≥ 2 |
  /// | `uniform` | log(1 + K e^(−1/τ) ₀F₁(;d/2;1/(4τ²))) | never, the limit of n ≫ d |
  ///
  /// The value is computed whether or not the arrangement exists: `antipodal` in a batch is the bound
  /// people quote although nothing attains it.
  ///
  /// - Parameters:
  ///   - configuration: The arrangement.
  ///   - temperature: τ, or s through `Temperature(scale:)`.
  ///   - dimension: The embeddings' dimension, at least 1, or `nil` for "large enough".
  /// - Returns: The loss in nats, and whether the arrangement exists in that dimension.
  /// - Throws: `ContrastiveError` if a count or a dimension is out of range, or for a
  ///   cross-polytope of an odd number of points.
  /// - Complexity: O(1); O(n) for the polygon, O(1/τ) for the uniform sphere.
  public func value(
    of configuration: PointConfiguration, temperature: Temperature, dimension: Int? = nil
  ) throws(ContrastiveError) -> LossBound {
    try temperature.requireOne()
    if let dimension {
      try ContrastiveError.check(dimension, named: .dimension, atLeast: 1)
    }
    let pointCount = try pointCount
    let mass = try configuration.negativeMass(pointCount: pointCount, temperature: temperature)
    return LossBound(
      value: .log(onePlus: Double(viewCount) * mass),
      isAttainable: exists(configuration, pointCount: pointCount, dimension: dimension))
  }

  /// The arrangement whose loss is the floor.
  private var floorConfiguration: PointConfiguration {
    negativesAreQueries ? .simplex : .antipodal
  }

  private func exists(
    _ configuration: PointConfiguration, pointCount: Int, dimension: Int?
  ) -> Bool {
    switch configuration {
    case .uniform: return false
    case .antipodal where negativesAreQueries && pointCount > 2: return false
    default: break
    }
    guard let dimension else { return true }
    return dimension >= configuration.smallestDimension(pointCount: pointCount)
  }
}

extension Temperature {
  /// Requires one temperature for all rows.
  func requireOne() throws(ContrastiveError) {
    try requireValid()
    guard !isIndividual else {
      throw .init(
        .temperature,
        .choice(found: "\(self)", expected: "one for all rows: the mean of their bounds is none"))
    }
  }
}
