import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

extension Matryoshka {
  /// The loss of all prefixes by the products of the longest.
  ///
  /// - Returns: `nil` for losses that the engine does not know, or rows whose logits it could not keep.
  func nested<Scalar>(
    queries: Matrix<Scalar>, keys: Matrix<Scalar>, of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Scalar, PairGradient<Scalar>>? {
    let options = pass.options
    guard let loss = loss as? any InBatchLoss, let function = loss.function,
      function.exponents == [1], !function.usesTotals,
      options.products == .full || Scalar.self == Double.self,
      options.strategy != .sparse
    else { return nil }
    let problem = NestedProblem(
      dimensions: prefixes.map(\.dimension), weights: prefixes.map(\.weight), function: function,
      scales: try loss.temperature.scales(
        for: Scalar.self, rowCount: queries.rowCount, of: .queries),
      termWeights: try pass.weights(termCount: queries.rowCount),
      queriesNeedGradient: variables.contains(.queries),
      keysNeedGradient: variables.contains(.keys), observes: pass.diagnostics == .all)
    guard
      let result = try NestedEngine(
        queries: queries.block, keys: keys.block, problem, options: options)?.run()
    else { return nil }
    let gradient = PairGradient(
      queries: try Self.gradient(result.queryGradient, of: queries, options: options),
      keys: try Self.gradient(
        result.keyGradients.first ?? nil, of: keys, options: options),
      byTemperature: TemperatureGradient(
        logScaleSlopes: result.logScaleSlopes, at: loss.temperature, of: variables))
    let step = LossStep(
      result, gradient: gradient, level: pass.diagnostics, hasSinglePositive: true,
      floor: try floor(of: loss, size: queries.rowCount))
    try loss.requireFinite(step)
    return step
  }

  /// The gradient by all coordinates, from that by the unit rows of the longest prefix.
  private static func gradient<Scalar>(
    _ unit: Block<Scalar>?, of rows: Matrix<Scalar>, options: ComputeOptions
  ) throws(ContrastiveError) -> Matrix<Scalar>? {
    guard let unit else { return nil }
    let prefix = 0..<unit.columnCount
    let gradient = try AnyEmbeddings(rows.columns(prefix), named: .rows)
      .gradient(fromUnit: unit, options: options)
    guard let gradient, prefix.count < rows.columnCount else { return gradient }
    let all: Block<Scalar> = options.block(
      rowCount: rows.rowCount, columnCount: rows.columnCount, zeroed: true)
    all.columns(prefix).copy(gradient.block)
    return Matrix(all)
  }

  /// The prefixes' floors, which a simplex of the shortest prefix has all at once.
  private func floor(
    of loss: any InBatchLoss, size: Int
  ) throws(ContrastiveError) -> LossBound? {
    var (value, isAttainable) = (0.0, true)
    for prefix in prefixes {
      guard
        let plain = try CandidateSet.inBatch(size: size).floor(
          unlessIndividual: loss.temperature, dimension: prefix.dimension),
        let own = loss.floor(plain: plain, size: size, dimension: prefix.dimension)
      else { return nil }
      value += prefix.weight * own.value
      isAttainable = isAttainable && own.isAttainable
    }
    return LossBound(value: value, isAttainable: isAttainable)
  }
}
