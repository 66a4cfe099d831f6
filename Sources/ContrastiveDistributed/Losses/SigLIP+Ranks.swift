public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels
public import ContrastiveLosses

extension SigLIP: RankTwoTowerLoss {
  /// Runs the loss of all ranks' pairs together.
  ///
  /// A pair of an image and a text needs nothing of the others: texts go around the ranks once, with their gradient.
  ///
  /// - Parameters: As for `valueWithGradient`.
  /// - Throws: As for `valueWithGradient`, and if the bias is not finite.
  /// - Complexity: 6NᵣNd flops; sends 2Nd numbers at the most.
  public func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, of variables: TwoTowerVariables, pass: LossPass,
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    typealias Scalar = I.Scalar
    let agreement = try group.agree(
      "SigLIP", on: images, texts, named: (.images, .texts), temperature: temperature,
      variables: variables, pass: pass
    ) { record throws(ContrastiveError) in
      record.require("bias", bias)
      try bias.requireLogit(as: Scalar.self, named: .bias)
    }
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    let weights = pass.weights(inputs.weights, total: shards.total)
    let needsTexts = variables.contains(.texts)
    let rows = AnyEmbeddings(unit: inputs.first.contiguousUnit(pass.options), named: .images)
    var circle = Circle<Scalar>(
      group: group, shards: shards, dimension: inputs.first.columnCount, hops: group.count - 1,
      options: pass.options)
    circle.carriesGradient = needsTexts
    var sums = PairsResult<Scalar>()
    let count = shards.own
    (sums.values, sums.offsetSlopes) = (
      Array(repeating: 0, count: count), Array(repeating: 0, count: count)
    )
    if variables.contains(.images) {
      sums.rowGradient = pass.options.block(
        rowCount: count, columnCount: circle.dimension, zeroed: true)
    }
    let cargo = try circle.run(
      rows: inputs.second.contiguousUnit(pass.options), numbers: []
    ) { visitor, advance in
      var cargo = Cargo<Scalar>()
      if needsTexts {
        cargo.gradient = pass.options.block(
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
        problem.observes = pass.observes
        let part = PairsEngine(problem, options: pass.options).run()
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
      own.addGradient(arrived, on: pass.options.isa)
    }

    var part = WholeBatch()
    (part.value, part.logScaleSlope) = (sums.value, sums.logScaleSlopes.reduce(0, +))
    part.extra = [
      sums.offsetSlopes.reduce(0, +), sums.positiveSimilarity, sums.negativeSimilarity,
    ]
    let whole = try part.reduced(over: group)
    var gradient = Gradient<Scalar>()
    gradient.images = inputs.first.gradient(fromUnit: sums.rowGradient, options: pass.options)
    gradient.texts = inputs.second.gradient(fromUnit: cargo.gradient, options: pass.options)
    if variables.contains(.bias) { gradient.bias = Scalar(whole.extra[0]) }
    gradient.byTemperature = whole.temperatureGradient(at: temperature, of: variables)
    var diagnostics: Diagnostics?
    if pass.observes {
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
