import ContrastiveEmbeddings
import ContrastiveEngine

/// NormFace's losses of squared distances D = ‖f − w‖² between unit rows, to a class weight (its
/// "agent") per class: `CContrastive` and `CTriplet`.
///
/// The other classes' distances are 2 − 2·cos, which the hinge needs absolutely and not relatively,
/// so that a tile of their terms is one GEMM and one pass:
/// ```
/// max(0, m − D_k) = max(0, 2·cos + (m − 2)),
/// max(0, m + D_y − D_k) = max(0, 2·cos + (m − 2 + D_y))
/// ```
/// A zero row is at the centre of the sphere, 1 from every unit row, and moves nothing: its offset has a 1 for the 2, and
/// what hinges with a zero class weight miss is added at the end.
///
/// A row's own distance D_y, which training brings near 0, is Σ(f − w)². Of C-triplet it is the row's
/// context in the tiles; dL/dD_y is how many of its hinges are active.
struct AgentStep<Scalar: EmbeddingScalar> {
  /// What a row's own distance is to its loss.
  enum Role {
    /// A term.
    case term
    /// What the others' distances are compared with.
    case context
  }

  let features: AnyEmbeddings<Scalar>
  let classWeights: AnyEmbeddings<Scalar>
  let labels: [Int]
  let margin: Double
  let role: Role
  let options: ComputeOptions

  init<F: Embeddings, W: Embeddings>(
    _ features: F, _ classWeights: W, labels: [Int], margin: Double, ownDistance role: Role,
    options: ComputeOptions
  ) throws(ContrastiveError) where F.Scalar == Scalar, W.Scalar == Scalar {
    self.features = try AnyEmbeddings(features, named: .features)
    self.classWeights = try AnyEmbeddings(classWeights, named: .classWeights)
    try self.features.requireRows()
    try self.classWeights.requireRows()
    try self.classWeights.requireColumnCount(as: self.features)
    try self.features.requireLabels(labels, below: self.classWeights.rowCount)
    try margin.requireLogit(as: Scalar.self, named: .margin, atLeast: 0)
    self.margin = margin
    self.labels = labels
    self.role = role
    self.options = options
  }

  func step(
    of variables: ClassWeightVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    let weights = try pass.weights(termCount: labels.count, hasHinge: true)
    let distances = ownDistances()
    let squaredLengths = features.squaredLengths(options: options)
    let offsets = labels.indices.map {
      margin - 1 - squaredLengths[$0] + (role == .context ? distances[$0] : 0)
    }
    var problem = PairsProblem(
      rows: features, columns: classWeights, rowsNeedGradient: variables.contains(.features),
      columnsNeedGradient: variables.contains(.classWeights), roles: .targets(labels),
      term: .hinge, scales: .one(2),
      offsets: offsets, weights: weights)
    problem.observes = pass.diagnostics == .all
    var result = try PairsEngine(problem, options: options).run()

    addZeroClassWeights(offsets: offsets, weights: weights, to: &result)
    if role == .term {
      for row in labels.indices {
        result.values[row] += distances[row]
        result.value += weights[row] * distances[row]
      }
    }
    let divisor = pass.reduction.divisor(of: result.values)
    addOwnGradients(
      slopes: labels.indices.map { role == .term ? weights[$0] : result.offsetSlopes[$0] },
      to: result)
    for gradient in [result.rowGradient, result.columnGradient] {
      gradient?.divide(by: divisor, on: options.isa)
    }
    return LossStep(
      value: Scalar(result.value / divisor), terms: result.values.map { Scalar($0) },
      gradient: ClassWeightGradient(
        features: features.gradient(fromUnit: result.rowGradient, options: options),
        classWeights: classWeights.gradient(fromUnit: result.columnGradient, options: options)),
      diagnostics: pass.diagnostics == .all
        ? result.diagnostics(columnsPerRow: classWeights.rowCount) : nil)
  }

  /// Hinges with the class weights that are 0: the tiles had them 1 farther than they are.
  private func addZeroClassWeights(
    offsets: [Double], weights: TermWeights, to result: inout PairsResult<Scalar>
  ) {
    let zeros = classWeights.squaredLengths(options: options).enumerated()
      .compactMap { $1 == 0 ? $0 : nil }
    guard !zeros.isEmpty else { return }
    for (row, offset) in offsets.enumerated() {
      let count = Double(zeros.count { $0 != labels[row] })
      let step = count * (max(0, offset + 1) - max(0, offset))
      result.values[row] += step
      result.value += weights[row] * step
      if offset <= 0, offset + 1 > 0 { result.offsetSlopes[row] += weights[row] * count }
    }
  }

  /// D_y of every row.
  private func ownDistances() -> [Double] {
    var result: [Double] = []
    forEachChunk { _, features, own in
      result += RowDistances(ofUnit: features, own, on: options.isa).values
    }
    return result
  }

  /// Adds dL/dD_y·dD_y/df = slope·2(f − w), and its opposite to the class weight.
  private func addOwnGradients(slopes: [Double], to result: PairsResult<Scalar>) {
    guard result.rowGradient != nil || result.columnGradient != nil else { return }
    forEachChunk { rows, features, own in
      let distances = RowDistances(ofUnit: features, own, on: options.isa)
      let factors = zip(slopes[rows], distances.slopes).map(*)
      // In the place of the class weights, w − f.
      own.add(features, times: Array(repeating: -1, count: rows.count), on: options.isa)
      result.rowGradient?.rows(rows).add(own, times: factors.map { -$0 }, on: options.isa)
      guard let gradient = result.columnGradient else { return }
      for (index, row) in rows.enumerated() {
        gradient.rows(labels[row]..<labels[row] + 1)
          .add(own.rows(index..<index + 1), times: [factors[index]], on: options.isa)
      }
    }
  }

  /// Calls `body` with some rows' unit features and a copy of their own unit class weights.
  private func forEachChunk(
    _ body: (_ rows: Range<Int>, _ features: Block<Scalar>, _ own: Block<Scalar>) -> Void
  ) {
    let (count, dimension) = (labels.count, features.columnCount)
    let chunk = min(256, count)
    func scratch() -> Block<Scalar> { options.block(rowCount: chunk, columnCount: dimension) }
    let (featureScratch, ownScratch) = (scratch(), scratch())
    for rows in (0..<count).parts(of: chunk) {
      body(
        rows, features.unit(rows, into: featureScratch, on: options.isa),
        classWeights.unitRows(at: labels[rows], into: ownScratch, on: options.isa))
    }
  }
}

extension Block {
  /// Divides every element.
  func divide(by divisor: Double, on isa: InstructionSet) {
    guard divisor != 1 else { return }
    scaleRows(by: Array(repeating: 1 / divisor, count: rowCount), on: isa)
  }
}
