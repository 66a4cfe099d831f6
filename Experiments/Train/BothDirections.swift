import Contrastive

/// A one-way loss of pairs added to itself with the sides exchanged.
struct BothDirections<Loss: PairedLoss>: PairedLoss {
  let loss: Loss

  init(_ loss: Loss) { self.loss = loss }

  func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    let there = try loss.step(
      queries: queries, keys: keys, excluding: falseNegatives, of: variables, pass: pass)
    var exchanged = variables.subtracting([.queries, .keys])
    if variables.contains(.queries) { exchanged.insert(.keys) }
    if variables.contains(.keys) { exchanged.insert(.queries) }
    let back = try loss.step(
      queries: keys, keys: queries, excluding: falseNegatives, of: exchanged, pass: pass)
    var gradient = there.gradient
    if let slope = back.gradient.keys { try gradient.queries?.add(slope) }
    if let slope = back.gradient.queries { try gradient.keys?.add(slope) }
    gradient.byTemperature.add(back.gradient.byTemperature)
    return LossStep(
      value: there.value + back.value, terms: zip(there.terms, back.terms).map(+),
      gradient: gradient, diagnostics: there.diagnostics)
  }
}

extension TemperatureGradient {
  /// Adds derivatives by the same readings of the same temperature.
  fileprivate mutating func add(_ other: TemperatureGradient) {
    func sum(_ a: Scalar?, _ b: Scalar?) -> Scalar? { a.flatMap { a in b.map { a + $0 } } }
    func sum(_ a: [Scalar]?, _ b: [Scalar]?) -> [Scalar]? {
      a.flatMap { a in b.map { zip(a, $0).map(+) } }
    }
    temperature = sum(temperature, other.temperature)
    scale = sum(scale, other.scale)
    logScale = sum(logScale, other.logScale)
    temperatures = sum(temperatures, other.temperatures)
    scales = sum(scales, other.scales)
    logScales = sum(logScales, other.logScales)
  }
}
