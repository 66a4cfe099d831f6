import ContrastiveEmbeddings
import ContrastiveKernels

/// What the row blocks and passes of a one-way call share.
final class OneWayContext<Scalar: EmbeddingScalar>: Sendable {
  let problem: OneWayProblem<Scalar>
  let options: ComputeOptions
  let tiling: Tiling
  let shift: Shift
  let dimension: Int
  let panels: [Panel]
  let scratch: [TileScratch<Scalar>]
  let products: TileProducts<Scalar>
  let work: SharedWork

  var isa: InstructionSet { options.isa }
  var threads: Int { options.threads }
  var exponents: [Double] { problem.function.exponents }

  /// Whether Σ z of every row is wanted. It comes from the sum of the keys, and so not where logits are mapped, or keys
  /// are none of the candidates.
  var needsTotals: Bool {
    problem.map == .identity && !problem.candidates.areGrouped
      && (problem.observes || problem.function.usesTotals)
  }

  init(
    _ problem: OneWayProblem<Scalar>, tiling: Tiling, shift: Shift, screens: Bool,
    options: ComputeOptions
  ) {
    self.options = options
    work = SharedWork(options)
    self.tiling = tiling
    self.shift = shift
    self.problem = Self.normalizingOnce(problem, tiling: tiling, options: options)
    let dimension = problem.queries.columnCount
    self.dimension = dimension
    // Of screened tiles logits are computed one by one, in full: ranks compare them with those of whole tiles.
    products = TileProducts(options, dimension: dimension, roundsLogits: !screens)
    panels = Panel.dealing(
      self.problem.keys, tileColumns: tiling.columns, shareCount: options.shareCount)
    let keys = self.problem.keys
    scratch = (0..<max(1, options.threads)).map { _ in
      TileScratch(
        rows: tiling.rows, columns: tiling.columns, dimension: dimension, screens: screens,
        copiesKeys: keys.contains { $0.rows.unitRowsNeedRoom },
        isMapped: problem.map != .identity && problem.needsGradient, options: options)
    }
  }

  /// Raw keys that several row blocks read are normalised once, unless their copy were large: then
  /// tile by tile, every time.
  private static func normalizingOnce(
    _ problem: OneWayProblem<Scalar>, tiling: Tiling, options: ComputeOptions
  ) -> OneWayProblem<Scalar> {
    var problem = problem
    guard problem.queries.rowCount > tiling.rows else { return problem }
    for index in problem.keys.indices {
      let rows = problem.keys[index].rows
      let byteCount = rows.rowCount * rows.columnCount * MemoryLayout<Scalar>.stride
      guard !rows.areUnit, byteCount <= 16 << 20 else { continue }
      problem.keys[index].rows = AnyEmbeddings(
        unit: rows.unitBlock(options: options), named: rows.name)
    }
    return problem
  }

  /// The unit keys of a tile.
  func keys(_ tile: Range<Int>, of panel: Panel, worker: Int) -> Block<Scalar> {
    problem.keys[panel.array].rows.unit(tile, into: scratch[worker].keys, on: isa)
  }

  /// b of the keys of a tile.
  func biases(_ tile: Range<Int>, of panel: Panel) -> [Scalar]? {
    problem.keys[panel.array].biases.map { Array($0[tile]) }
  }

  /// By panel, what its keys' gradient is a product with; `nil` where they take none.
  func anchorFactors(
    _ rows: (Candidates<Scalar>.Anchor) -> Block<Scalar>
  ) -> [GradientFactor<Scalar>?] {
    var queries: GradientFactor<Scalar>?
    var positives: GradientFactor<Scalar>?
    return panels.map { panel in
      let keys = problem.keys[panel.array]
      guard keys.needsGradient else { return nil }
      switch keys.anchor {
      case .queries:
        queries = queries ?? products.factor(rows(.queries))
        return queries
      case .positives:
        positives = positives ?? products.factor(rows(.positives))
        return positives
      }
    }
  }

  /// Runs `body` for every panel, on all threads.
  func mapPanels<Result: Sendable>(
    _ body: @Sendable (_ worker: Int, Panel) throws(ContrastiveError) -> Result
  ) throws(ContrastiveError) -> [Result] {
    try work.map(panels.count) { worker, panel throws(ContrastiveError) in
      try body(worker, panels[panel])
    }
  }

  /// Rows in shares of a fixed size, so that sums over them do not depend on how many threads
  /// there are.
  func chunks(of rows: Range<Int>) -> [Range<Int>] { rows.parts(of: 64) }
}
