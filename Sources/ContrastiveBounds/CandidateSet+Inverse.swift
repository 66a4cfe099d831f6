public import ContrastiveEmbeddings
internal import RealModule

extension CandidateSet {
  /// Returns the temperature at which the floor has a wanted value ε.
  ///
  /// ```
  /// free                s = 1/2 · log(K/(e^ε − 1))
  /// inBatch, classes    s = (n−1)/n · log((n−1)/(e^ε − 1))
  /// twoViews            s = (N−1)/N · log(2(N−1)/(e^ε − 1))
  /// ```
  /// The *largest* τ, or the smallest NormFace scale s = 1/τ (read it as `.scale`), that lets the loss
  /// fall to ε: with a larger τ every model stays above. Accurate for tiny ε too (expm1). Towards
  /// chance, ε → log(1+K), s goes to 0 and an error in ε counts for more and more.
  ///
  /// - Parameter floor: ε in nats, above 0 and below `chance()`.
  /// - Returns: The temperature.
  /// - Throws: `ContrastiveError` if ε or the count of this set is out of range; without
  ///   negatives the floor is 0 at every temperature, and no ε will do.
  /// - Complexity: O(1)
  /// - Source: solved from [Wang et al. 2017](https://arxiv.org/abs/1704.06369), proposition 2.
  public func temperature(reachingFloor floor: Double) throws(ContrastiveError) -> Temperature {
    let chance = try chance()
    guard floor > 0, floor < chance else {
      throw chance > 0
        ? .init(.floor, .number(found: floor, expected: .between(0, chance, "which is chance")))
        : .init(.negatives, .integer(found: 0, expected: .positive))
    }
    let negatives = Double(try negativeCount)
    let mass = Double.expMinusOne(floor)
    // log(K/m) as one logarithm where the two would cancel, as two where K/m could overflow.
    let exponent = mass < 0.5 ? .log(negatives) - .log(mass) : Double.log(negatives / mass)
    let points = Double(try pointCount)
    let scale = negativesAreQueries ? exponent * (points - 1) / points : exponent / 2
    // A rounding below chance, at which s is 0.
    guard scale > 0 else {
      throw .init(.floor, .number(found: floor, expected: .between(0, chance, "which is chance")))
    }
    return try Temperature(scale: scale)
  }
}
