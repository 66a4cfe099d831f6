import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Rows at home and columns that go round, grouped by ids: columns of a row's id are its positives, on whatever rank they are.
struct GroupsAcross<Scalar: EmbeddingScalar> {
  let group: any RankGroup
  let rows: AnyEmbeddings<Scalar>
  let columns: AnyEmbeddings<Scalar>
  let ids: (rows: SharedIDs, columns: SharedIDs)
  let shards: (rows: Shards, columns: Shards)

  /// How many positives and negatives all ranks' anchors have.
  let counts: (rows: AnchorCounts, columns: AnchorCounts)

  private let form: PositiveForm
  private let bothWays: Bool

  /// Of the rows, and then, both ways, of the columns.
  private let scales: RowScales

  /// Whether these are the rows' own.
  let hasRowTemperatures: Bool

  private let weights: TermWeights
  private let takesMaxima: Bool
  private let needs: (rows: Bool, columns: Bool)
  private let pass: LossPass

  /// Agrees with the other ranks on a loss.
  ///
  /// - Parameters:
  ///   - bothWays: Whether columns are anchors, too.
  ///   - needs: By which side there is a gradient.
  init<R: Embeddings, C: Embeddings, Variables: TemperatureVariables>(
    _ loss: String, rows: R, columns: C,
    named names: (ContrastiveError.Argument, ContrastiveError.Argument),
    positives: PairPositives, form: PositiveForm, bothWays: Bool, temperature: Temperature,
    variables: Variables, needs: (rows: Bool, columns: Bool), pass: LossPass,
    across group: any RankGroup
  ) throws(ContrastiveError) where R.Scalar == Scalar, C.Scalar == Scalar {
    let agreement = try group.agree(loss) { record throws(ContrastiveError) in
      record.rowCounts = [rows.storedRowCount, columns.storedRowCount]
      record.require("form", form == .meanOutside ? 0 : form == .sumInside ? 1 : 2) {
        ["meanOutside", "sumInside", "eachAgainstNegatives"][Int($0)]
      }
      let rows = try AnyEmbeddings(rows, named: names.0)
      let columns = try AnyEmbeddings(columns, named: names.1)
      try columns.requireColumnCount(as: rows)
      let anchorCount = rows.rowCount + (bothWays ? columns.rowCount : 0)
      let scales = try record.require(
        temperature, scalar: Scalar.self, dimension: rows.columnCount, variables: variables,
        pass: pass, rowCount: anchorCount, of: names.0)
      let ids = try positives.ids(rows, columns)
      let weights = try pass.ownWeights(termCount: anchorCount)
      record.hasModerateWeights = pass.reduction == .mean || weights.areModerate
      return (rows, columns, ids, scales, weights)
    }
    let inputs = agreement.inputs
    (self.rows, self.columns) = (inputs.0, inputs.1)
    (scales, weights) = (agreement.scales(inputs.3), inputs.4)
    hasRowTemperatures = agreement.hasRowTemperatures
    shards = (agreement.shards[0], agreement.shards[1])
    guard shards.columns.total > 0 else {
      throw ContrastiveError(names.1, .count(.row, found: 0, expected: .atLeast(1)))
    }
    ids = (
      try SharedIDs(inputs.2.rows, shards: shards.rows, across: group),
      try SharedIDs(inputs.2.columns, shards: shards.columns, across: group)
    )
    counts = (
      ids.rows.counts(among: ids.columns, total: shards.columns.total),
      ids.columns.counts(among: ids.rows, total: shards.rows.total)
    )
    (self.group, self.form, self.bothWays) = (group, form, bothWays)
    (self.needs, self.pass) = (needs, pass)
    takesMaxima = !agreement.hasModerateWeights
  }

  /// What came of it, by unit rows.
  struct Result {
    let terms: [Double]
    let whole: WholeBatch

    /// The means of all ranks' terms, of the rows and of the columns.
    let means: (rows: Double, columns: Double)

    var rows: Block<Scalar>?
    var columns: Block<Scalar>?
  }

  func run() throws(ContrastiveError) -> Result {
    let (compute, count) = (pass.options, shards.rows.own)
    let sides = (0..<count, count..<count + (bothWays ? shards.columns.own : 0))
    var plan = RingPlan(
      group, home: rows.unitBlock(options: compute), travelling: columns,
      shards: shards.columns, pairing: .labels(home: ids.rows.own, blocks: ids.columns.all),
      scales: try group.ringScales(
        home: scales[sides.0], columns: bothWays ? scales[sides.1] : nil,
        shards: shards.columns),
      anchors: (true, bothWays), needsGradient: needs, observes: pass.observes,
      takesMaxima: takesMaxima, keptByteCount: compute.keptByteCount, options: compute)
    plan.listsPositives = form == .eachAgainstNegatives
    plan.homeStart = shards.rows.range(of: group.rank).lowerBound
    let ring = Ring(plan)
    var statistics = try ring.statistics(rowPositives: nil, columnPositives: nil)
    statistics.rows.counts = ids.rows.own.map { shards.columns.total - ids.columns.count(of: $0) }
    statistics.columns.counts = ids.columns.own.map {
      shards.rows.total - ids.rows.count(of: $0)
    }
    func evaluated(
      _ statistics: RowStatistics, _ positives: [PositiveSums], _ listed: PositiveLogits?,
      _ own: Range<Int>, termCount: Int
    ) -> SpreadRows {
      let all = pass.weights(weights[own], total: termCount)
      let weights = bothWays ? all.halved : all
      guard let listed else {
        return SpreadRows(
          statistics, positives: positives, weights: weights, observes: pass.observes, form: form)
      }
      return SpreadRows(
        form.function, statistics, positives: listed, weights: weights, scales: scales[own],
        observes: pass.observes, share: { 1 / Double($0) })
    }
    let ofRows = evaluated(
      statistics.rows, statistics.rowPositives, statistics.listedPositives?.rows, sides.0,
      termCount: counts.rows.termCount)
    var part = ofRows.part
    var (terms, slopes) = (
      ofRows.terms, SpreadSlopes(none: shards.columns.own, scale: plan.scales.tileScale)
    )
    part.extra = [ofRows.part.termSum, 0]
    if bothWays {
      let ofColumns = evaluated(
        statistics.columns, statistics.columnPositives, statistics.listedPositives?.columns,
        sides.1, termCount: counts.columns.termCount)
      part.add(ofColumns.part)
      part.extra = [ofRows.part.termSum / 2, ofColumns.part.termSum / 2]
      terms = (terms + ofColumns.terms).map { $0 / 2 }
      slopes = ofColumns.slopes
    }
    // Seen from both sides.
    part.observations.negativeSimilarity = statistics.negativeSimilarity / (bothWays ? 1 : 2)
    part.observations.logitError = statistics.logitError
    let whole = try part.reduced(over: group)
    var result = Result(
      terms: terms, whole: whole,
      means: (
        whole.extra[0] / Double(max(1, counts.rows.termCount)),
        whole.extra[1] / Double(max(1, counts.columns.termCount))
      ))
    guard needs.rows || needs.columns else { return result }
    let gradient = ring.plan.zeros(rowCount: needs.rows ? count : 0)
    result.columns = try ring.gradients(
      rowSlopes: ofRows.slopes, columnSlopes: slopes, addingTo: gradient)
    result.rows = needs.rows ? gradient : nil
    return result
  }
}

extension SharedIDs {
  /// How many positives and negatives all ranks' rows have among others of some ids.
  fileprivate func counts(among others: SharedIDs, total: Int) -> AnchorCounts {
    AnchorCounts(
      all.joined().map {
        let positives = others.count(of: $0)
        return CandidateCounts(negatives: total - positives, positives: positives)
      })
  }
}
