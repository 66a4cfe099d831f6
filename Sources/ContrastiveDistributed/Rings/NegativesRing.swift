import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// Rows that stay at home against keys that go round as their negatives, and are no anchors.
///
/// What a row's term needs of its keys is its own affair: nothing comes home but the keys' gradient, in the second circle. Keys
/// that take none go round once: Σ exp(u)·k̂ is added up with the sums, and multiplied when these are complete.
final class NegativesRing<Scalar: EmbeddingScalar> {
  let plan: RingPlan<Scalar>
  private let anchors: Anchors

  /// b of all ranks' keys.
  private let biases: [[Double]]?

  /// The tiles, by part and by visit, as the first circles left them.
  private var kept: [[NegativesPass<Scalar>.Kept]] = []

  /// Σ exp(u)·k̂ of every row, and relative to which shifts.
  private var sums: (block: Block<Scalar>, shifts: [Double])?

  private(set) var logitError: LogitError?

  /// What rows at home have in common against all keys.
  struct Anchors {
    let function: any RowFunction
    let scales: RowScales
    let shift: Shift

    /// Whether keys carry log-weights.
    let isBiased: Bool

    let noStatistics: RowStatistics

    /// - Parameters:
    ///   - largestBias: The largest |b| of all keys.
    ///   - takesMaxima: Whether one shift is not for all weights.
    ///   - ranked: The positives' logits as tiles would have them, where ranks are counted.
    init(
      _ function: any RowFunction, scales: RowScales, rowCount: Int, isBiased: Bool = false,
      largestBias: Double = 0, takesMaxima: Bool, ranked: [Double]?, dimension: Int,
      options: ComputeOptions
    ) {
      (self.function, self.scales, self.isBiased) = (function, scales, isBiased)
      shift = Shift(
        scales: scales, exponents: function.exponents, bias: largestBias, weights: .equal(1),
        takesMaxima: takesMaxima || options.alwaysTakesMaxima || options.strategy == .sparse,
        as: Scalar.self)
      noStatistics = RowStatistics(
        rowCount: rowCount, exponents: function.exponents, shift: shift, isBiased: isBiased,
        ranks: ranked.map {
          BlockPass<Scalar>.ranks(
            around: $0, scales: scales, dimension: dimension, options: options)
        })
    }
  }

  init(_ plan: RingPlan<Scalar>, anchors: Anchors, biases: [[Double]]? = nil) {
    (self.plan, self.anchors, self.biases) = (plan, anchors, biases)
  }

  /// What is known of the rows' negatives before there are any.
  var noStatistics: RowStatistics { anchors.noStatistics }

  /// Whether all that keys have to give is taken when they are met first.
  private var takesOneCircle: Bool {
    let strategy = plan.options.strategy
    return plan.needsGradient.rows && !plan.needsGradient.columns
      && anchors.function.exponents.count == 1 && strategy != .kept && strategy != .recomputed
  }

  private func pass(_ visitor: Visitor<Scalar>) -> NegativesPass<Scalar> {
    // Keys without weights have weights of 0 among others with some.
    let biases: [Scalar]? =
      biases.map { $0[visitor.owner][visitor.range].map { Scalar($0) } }
      ?? (anchors.isBiased ? Array(repeating: 0, count: visitor.rows.rowCount) : nil)
    return NegativesPass(
      rows: plan.home, scales: anchors.scales, keys: visitor.rows,
      excluded: plan.pairing.excluded(
        rowCount: plan.home.rowCount, columns: visitor.range, of: visitor.owner,
        isOwn: visitor.owner == plan.shards.rank),
      biases: biases, function: anchors.function, shift: anchors.shift,
      needsGradient: (plan.needsGradient.rows, plan.needsGradient.columns),
      observes: plan.observes, options: plan.options)
  }

  private func hasPairs(_ visitor: Visitor<Scalar>) -> Bool {
    plan.home.rowCount > 0 && visitor.rows.rowCount > 0
  }

  /// The first circle: adds all ranks' keys to what is known of the rows' negatives.
  func add(to statistics: inout RowStatistics) throws(ContrastiveError) {
    kept = []
    // Of these keys alone: others have sums of their own.
    var own = anchors.noStatistics
    let block: Block<Scalar>? = takesOneCircle ? plan.zeros(rowCount: plan.home.rowCount) : nil
    for part in 0..<plan.parts.count {
      let range = plan.parts.range(part, of: plan.shards.rank)
      _ = try plan.circle(part).run(rows: plan.travellers(range), numbers: []) {
        visitor, advance throws(ContrastiveError) in
        guard hasPairs(visitor) else { return Cargo() }
        let pass = pass(visitor)
        if let block {
          try pass.add(to: &own, andTo: block, advance: advance)
        } else {
          kept.append(
            try pass.add(to: &own, keepingTiles: plan.keepsTiles, advance: advance))
        }
        logitError.formUnion(pass.logitError)
        return Cargo()
      } join: { _, _ in
      }
    }
    sums = block.map { ($0, own.shifts[0]) }
    statistics.merge(matching: own)
  }

  /// The second circle, if there is one.
  ///
  /// - Parameters:
  ///   - slopes: Of the rows at home.
  ///   - gradient: By these, to be added to.
  /// - Returns: The gradient by this rank's keys.
  func gradients(
    _ slopes: RowSlopes, addingTo gradient: Block<Scalar>
  ) throws(ContrastiveError) -> Block<Scalar>? {
    if let sums {
      guard plan.home.rowCount > 0 else { return nil }
      let factors = slopes.factors(relativeTo: sums.shifts)
      gradient.add(
        sums.block, times: factors.indices.map { factors[$0] * anchors.scales[$0] },
        on: plan.options.isa)
      self.sums = nil
      return nil
    }
    let needsKeys = plan.needsGradient.columns
    let byKeys = needsKeys ? plan.part(rowCount: plan.shards.own) : nil
    var visit = 0
    for part in 0..<plan.parts.count {
      var circle = plan.circle(part)
      circle.carriesGradient = needsKeys
      let range = plan.parts.range(part, of: plan.shards.rank)
      _ = try circle.run(rows: plan.travellers(range), numbers: []) {
        visitor, advance throws(ContrastiveError) in
        var target: Block<Scalar>?
        if needsKeys {
          target =
            visitor.owner == plan.shards.rank
            ? byKeys?.rows(range) : plan.part(rowCount: visitor.rows.rowCount)
        }
        guard hasPairs(visitor) else {
          target?.clear()
          return Cargo(gradient: target)
        }
        try pass(visitor).addGradients(
          kept[visit], slopes: slopes, rows: plan.needsGradient.rows ? gradient : nil,
          keys: target, advance: advance)
        kept[visit] = []
        visit += 1
        return Cargo(gradient: target)
      } join: { own, arrived in
        own.addGradient(arrived, on: plan.options.isa)
      }
    }
    return byKeys
  }
}
