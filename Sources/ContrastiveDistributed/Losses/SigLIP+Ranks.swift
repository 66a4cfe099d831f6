public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels
public import ContrastiveLosses

extension SigLIP {
  /// Returns the loss of all ranks' pairs together, and this rank's rows of its gradient.
  ///
  /// A pair of an image and a text needs nothing of the others: texts go around the ranks once, with their gradient.
  ///
  /// - Parameters: As `CLIP`'s.
  /// - Returns: As `CLIP`'s.
  /// - Throws: As `CLIP`'s, and if the bias is not finite.
  /// - Complexity: 6NᵣNd flops; sends 2Nd numbers at the most.
  public func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, of variables: Variables = .all, reduction: Reduction = .mean,
    diagnostics level: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions(),
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<I.Scalar, Gradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    typealias Scalar = I.Scalar
    let options = LossOptions(reduction: reduction, level: level, compute: options)
    let agreement = try group.agree("SigLIP") { record throws(ContrastiveError) in
      let inputs = try PairInputs<Scalar>(
        images, texts, named: (.images, .texts), temperature: temperature, variables: variables,
        options: options, in: &record)
      record.require("bias", bias)
      try bias.requireLogit(as: Scalar.self, named: .bias)
      return inputs
    }
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    let weights = options.weights(inputs.weights, total: shards.total)
    let needsTexts = variables.contains(.texts)
    let rows = AnyEmbeddings(unit: inputs.first.contiguousUnit(options.compute), named: .images)
    var circle = Circle<Scalar>(
      group: group, shards: shards, dimension: inputs.first.columnCount, hops: group.count - 1,
      options: options.compute)
    circle.carriesGradient = needsTexts
    var sums = PairsResult<Scalar>()
    let count = shards.own
    (sums.values, sums.offsetSlopes) = (
      Array(repeating: 0, count: count), Array(repeating: 0, count: count)
    )
    if variables.contains(.images) {
      sums.rowGradient = options.compute.block(
        rowCount: count, columnCount: circle.dimension, zeroed: true)
    }
    let cargo = try circle.run(
      rows: inputs.second.contiguousUnit(options.compute), numbers: []
    ) { visitor, advance in
      var cargo = Cargo<Scalar>()
      if needsTexts {
        cargo.gradient = options.compute.block(
          rowCount: visitor.rows.rowCount, columnCount: circle.dimension, zeroed: true)
      }
      guard visitor.rows.rowCount > 0 else { return cargo }
      for piece in (0..<count).pieces(of: 1024) {
        let isOwn = visitor.owner == group.rank
        var problem = PairsProblem(
          rows: AnyEmbeddings(unit: rows.matrix.rows(piece).block, named: .images),
          columns: AnyEmbeddings(unit: visitor.rows, named: .texts),
          rowsNeedGradient: variables.contains(.images), columnsNeedGradient: needsTexts,
          roles: isOwn ? .targets(Array(piece)) : .negatives, term: .sigmoid,
          scales: .one(inputs.scale), offsets: Array(repeating: bias, count: piece.count),
          weights: weights[piece])
        problem.observes = options.observes
        let part = PairsEngine(problem, options: options.compute).run()
        for (place, row) in piece.enumerated() {
          sums.values[row] += part.values[place]
          sums.offsetSlopes[row] += part.offsetSlopes[place]
        }
        sums.value += part.value
        sums.logScaleSlopes.append(contentsOf: part.logScaleSlopes)
        sums.positiveSimilarity += part.positiveSimilarity
        sums.negativeSimilarity += part.negativeSimilarity
        if let more = part.rowGradient { sums.rowGradient?.rows(piece).add(more) }
        if let more = part.columnGradient { cargo.gradient?.add(more) }
        advance()
      }
      return cargo
    } join: { own, arrived in
      own.addGradient(arrived, on: options.compute.isa)
    }

    var part = WholeBatch()
    (part.value, part.logScaleSlope) = (sums.value, sums.logScaleSlopes.reduce(0, +))
    part.extra = [
      sums.offsetSlopes.reduce(0, +), sums.positiveSimilarity, sums.negativeSimilarity,
    ]
    let whole = try part.reduced(over: group)
    var gradient = Gradient<Scalar>()
    gradient.images = inputs.first.gradient(fromUnit: sums.rowGradient, options: options.compute)
    gradient.texts = inputs.second.gradient(fromUnit: cargo.gradient, options: options.compute)
    if variables.contains(.bias) { gradient.bias = Scalar(whole.extra[0]) }
    gradient.byTemperature = whole.temperatureGradient(at: temperature, of: variables)
    var diagnostics: Diagnostics?
    if level == .all {
      let total = Double(shards.total)
      diagnostics = Diagnostics()
      diagnostics?.meanPositiveSimilarity = whole.extra[1] / total
      if shards.total > 1 {
        diagnostics?.meanNegativeSimilarity = whole.extra[2] / (total * (total - 1))
      }
    }
    return LossStep(
      value: Scalar(whole.value), terms: sums.values.map { Scalar($0) }, gradient: gradient,
      diagnostics: diagnostics)
  }
}
