import ContrastiveEmbeddings
package import ContrastiveEngine
import RealModule

/// Features against class weights, a softmax over scaled cosines in which a margin may lower the
/// cosine of a row's own class.
struct ClassWeightStep<Scalar: EmbeddingScalar> {
  let features: AnyEmbeddings<Scalar>
  let classWeights: AnyEmbeddings<Scalar>
  let labels: [Int]

  /// How many rows of class weights a class has, one after another: the nearest is the class's.
  let subCenters: Int

  /// The rows of class weights that are the rows' positives.
  let targets: [Int]

  let temperature: Temperature
  let options: ComputeOptions

  /// b of every class.
  var logWeights: [Double]?

  /// Whether chance is that of the classes' number.
  private let hasChance: Bool

  init<F: Embeddings, W: Embeddings>(
    _ features: F, _ classWeights: W, labels: [Int], logWeights: [Double]? = nil,
    subCenters: Int = 1,
    temperature: Temperature, options: ComputeOptions
  ) throws(ContrastiveError) where F.Scalar == Scalar, W.Scalar == Scalar {
    self.features = try AnyEmbeddings(features, named: .features)
    self.classWeights = try AnyEmbeddings(classWeights, named: .classWeights)
    self.labels = labels
    self.logWeights = logWeights
    hasChance = logWeights == nil
    self.subCenters = subCenters
    self.temperature = temperature
    self.options = options
    try self.features.requireRows()
    try self.classWeights.requireRows()
    try self.classWeights.requireColumnCount(as: self.features)
    try self.classWeights.requireRows(multipleOf: subCenters)
    try self.features.requireLabels(labels, below: self.classWeights.rowCount / subCenters)
    targets =
      subCenters == 1
      ? labels
      : try self.features.nearest(
        among: self.classWeights, first: labels.map { $0 * subCenters }, count: subCenters,
        options: options)
  }

  private var classCount: Int { classWeights.rowCount / subCenters }

  /// - Parameters:
  ///   - addTargets: Adds to the gradients by unit rows what the row function leaves out.
  func run(
    _ function: any RowFunction, of variables: ClassWeightVariables, pass: LossPass,
    addTargets: (EngineResult<Scalar>, TermWeights, RowScales) -> Void = { _, _, _ in }
  ) throws(ContrastiveError) -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    let weights = try pass.weights(termCount: labels.count)
    let classScales = try temperature.scales(
      for: Scalar.self, rowCount: classCount, of: classWeights.name)
    let scales = classScales.selecting(labels)
    let biases = try Candidates<Scalar>.checked(logWeights, count: classCount)
    var keys = Candidates<Scalar>.Keys(
      rows: classWeights, roles: .targets(targets),
      needsGradient: variables.contains(.classWeights),
      biases: biases.map { $0.flatMap { repeatElement($0, count: subCenters) } })
    if subCenters > 1 {
      keys.groupSize = subCenters
      keys.excluded = try otherCenters
    }
    var problem = OneWayProblem(
      queries: features, queriesNeedGradient: variables.contains(.features),
      candidates: Candidates(keys: [keys], positives: .column), function: function,
      scales: scales, weights: weights)
    problem.observes = pass.diagnostics == .all
    let result = try problem.run(options: options)
    addTargets(result, weights, scales)

    var gradient = ClassWeightGradient<Scalar>()
    gradient.features = features.gradient(fromUnit: result.queryGradient, options: options)
    gradient.classWeights = classWeights.gradient(
      fromUnit: result.keyGradients[0], options: options)
    var slopes = result.logScaleSlopes
    if temperature.isIndividual {
      slopes = Array(repeating: 0, count: classCount)
      for (label, slope) in zip(labels, result.logScaleSlopes) { slopes[label] += slope }
    }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: slopes, at: temperature, of: variables)
    var step = LossStep(
      result, gradient: gradient, level: pass.diagnostics, hasSinglePositive: true,
      floor: logWeights == nil && subCenters == 1
        ? try temperature.floor(
          labels: labels, classCount: classCount, margin: function.classMargin,
          dimension: features.columnCount) : nil)
    if !hasChance { step.forgetChance() }
    // Sums are of all centres, not of the nearest.
    if subCenters > 1 { step.diagnostics?.meanNegativeSimilarity = nil }
    return step
  }

  /// The centres of a row's class that are not the nearest.
  private var otherCenters: ExcludedColumns {
    get throws(ContrastiveError) {
      let lists = zip(labels, targets).map { label, target in
        (label * subCenters..<(label + 1) * subCenters).filter { $0 != target }
      }
      return ExcludedColumns(try ColumnLists(lists, columnCount: classWeights.rowCount))
    }
  }
}

extension AnyEmbeddings {
  /// - Throws: `ContrastiveError` unless there are so many rows for each of some number of classes.
  fileprivate func requireRows(multipleOf count: Int) throws(ContrastiveError) {
    guard rowCount.isMultiple(of: count) else {
      throw .init(
        name,
        .count(
          .row, found: rowCount,
          expected: .init(.multiple, count, .because("the sub-centres of a class"))))
    }
  }

  /// For each row the one of `count` neighbouring rows of `others` that is nearest: the first of equal ones.
  fileprivate func nearest(
    among others: AnyEmbeddings, first: [Int], count: Int, options: ComputeOptions
  ) throws(ContrastiveError) -> [Int] {
    let chunks = (0..<rowCount).parts(of: 64)
    return try SharedWork(options).map(chunks.count) { _, item in
      let rows = chunks[item]
      func room() -> Block<Scalar> {
        options.block(rowCount: rows.count, columnCount: columnCount)
      }
      let (own, other) = (unit(rows, into: room(), on: options.isa), room())
      var result = Array(first[rows])
      var best = Array(repeating: -Double.infinity, count: rows.count)
      for center in 0..<count {
        let centers = others.unitRows(
          at: first[rows].map { $0 + center }, into: other, on: options.isa)
        for (row, cosine) in own.dots(with: centers, on: options.isa).enumerated()
        where cosine > best[row] {
          (best[row], result[row]) = (cosine, first[rows.lowerBound + row] + center)
        }
      }
      return result
    }.flatMap { $0 }
  }
}

/// The cross-entropy with ψ(c) in the place of the own class's cosine c.
package protocol ClassMarginRow: RowFunction {
  /// The least δ = c − ψ(c) over all cosines c; one that c = 1 has.
  var leastMargin: Double { get }
}

extension RowFunction {
  /// The least margin of a cross-entropy of classes, by which its floor is known; `nil` of any other function.
  package var classMargin: Double? {
    switch self {
    case let function as any ClassMarginRow: function.leastMargin
    case let function as PositiveCrossEntropy where function.exponent == 1: 0
    default: nil
    }
  }
}

extension ClassMarginRow {
  /// Equal embeddings have the cosine 1 everywhere, and δ less at the target: log(1 + (n − 1)·e^(sδ)).
  package func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    softplus(.log(Double(candidates.negatives)) + scale * leastMargin)
  }
}
