import ContrastiveEmbeddings
package import ContrastiveEngine
import RealModule

/// Features against class weights, a softmax over scaled cosines in which a margin may lower the
/// cosine of a row's own class.
struct ClassWeightStep<Scalar: EmbeddingScalar> {
  let features: AnyEmbeddings<Scalar>
  let classWeights: AnyEmbeddings<Scalar>
  let labels: [Int]
  let temperature: Temperature
  let options: ComputeOptions

  init<F: Embeddings, W: Embeddings>(
    _ features: F, _ classWeights: W, labels: [Int], temperature: Temperature,
    options: ComputeOptions
  ) throws(ContrastiveError) where F.Scalar == Scalar, W.Scalar == Scalar {
    self.features = try AnyEmbeddings(features, named: .features)
    self.classWeights = try AnyEmbeddings(classWeights, named: .classWeights)
    self.labels = labels
    self.temperature = temperature
    self.options = options
    try self.features.requireRows()
    try self.classWeights.requireRows()
    try self.classWeights.requireColumnCount(as: self.features)
    try self.features.requireLabels(labels, below: self.classWeights.rowCount)
  }

  /// - Parameters:
  ///   - addTargets: Adds to the gradients by unit rows what the row function leaves out.
  func run(
    _ function: any RowFunction, of variables: ClassWeightVariables, pass: LossPass,
    addTargets: (EngineResult<Scalar>, TermWeights, RowScales) -> Void = { _, _, _ in }
  ) throws(ContrastiveError) -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    let weights = try pass.weights(termCount: labels.count)
    let classScales = try temperature.scales(
      for: Scalar.self, rowCount: classWeights.rowCount, of: classWeights.name)
    let scales = classScales.selecting(labels)
    let margin = (function as? any ClassMarginRow)?.leastMargin ?? 0
    let classCount = classWeights.rowCount
    var problem = OneWayProblem(
      queries: features, queriesNeedGradient: variables.contains(.features),
      candidates: Candidates(
        keys: [
          .init(
            rows: classWeights, roles: .targets(labels),
            needsGradient: variables.contains(.classWeights))
        ], positives: .column), function: function, scales: scales, weights: weights)
    problem.observes = pass.diagnostics == .all
    let result = OneWayEngine(problem, options: options).run()
    addTargets(result, weights, scales)

    var gradient = ClassWeightGradient<Scalar>()
    gradient.features = features.gradient(fromUnit: result.queryGradient, options: options)
    gradient.classWeights = classWeights.gradient(
      fromUnit: result.keyGradients[0], options: options)
    var slopes = result.logScaleSlopes
    if temperature.isIndividual {
      slopes = Array(repeating: 0, count: classWeights.rowCount)
      for (label, slope) in zip(labels, result.logScaleSlopes) { slopes[label] += slope }
    }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: slopes, at: temperature, of: variables)
    return LossStep(
      result, gradient: gradient, level: pass.diagnostics, hasSinglePositive: true,
      floor: try temperature.floor(
        labels: labels, classCount: classCount, margin: margin, dimension: features.columnCount))
  }
}

/// The cross-entropy with ψ(c) in the place of the own class's cosine c.
package protocol ClassMarginRow: RowFunction {
  /// The least δ = c − ψ(c) over all cosines c; one that c = 1 has.
  var leastMargin: Double { get }
}

extension ClassMarginRow {
  /// Equal embeddings have the cosine 1 everywhere, and δ less at the target: log(1 + (n − 1)·e^(sδ)).
  package func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    softplus(.log(Double(candidates.negatives)) + scale * leastMargin)
  }
}
