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
    self.tiling = tiling
    self.shift = shift
    self.problem = Self.normalizingOnce(problem, tiling: tiling, options: options)
    let dimension = problem.queries.columnCount
    self.dimension = dimension
    products = TileProducts(options, dimension: dimension)
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
    _ rows: (Candidates<Scalar>.Anchor, Panel) -> Block<Scalar>
  ) -> [GradientFactor<Scalar>?] {
    var queries: GradientFactor<Scalar>?
    var positives: GradientFactor<Scalar>?
    return panels.map { panel in
      let keys = problem.keys[panel.array]
      guard keys.needsGradient else { return nil }
      switch keys.anchor {
      case .queries:
        queries = queries ?? products.factor(rows(.queries, panel))
        return queries
      case .positives:
        positives = positives ?? products.factor(rows(.positives, panel))
        return positives
      }
    }
  }

  /// Runs `body` for every panel, on all threads.
  func mapPanels<Result: Sendable>(
    _ body: @Sendable (_ worker: Int, Panel) -> Result
  ) -> [Result] {
    Workers.map(panels.count, threads: threads) { body($0, panels[$1]) }
  }

  /// Rows in shares of a fixed size, so that sums over them do not depend on how many threads
  /// there are.
  func chunks(of rows: Range<Int>) -> [Range<Int>] { rows.parts(of: 64) }
}

/// Memory for the rows of one block after another.
struct RowBuffers<Scalar: EmbeddingScalar>: Sendable {
  let queries: Block<Scalar>
  let positives: Block<Scalar>
  let positiveAnchors: Block<Scalar>?
  let table: PositiveTable<Scalar>?

  /// The anchors in 8 bits, where tiles are screened.
  let queryCodes: Codes<Scalar>?
  let positiveCodes: Codes<Scalar>?

  /// By panel. Last, so that the next call takes this memory for the same: sparse passes never touch it.
  let anchorParts: [Block<Scalar>?]

  init(_ context: OneWayContext<Scalar>, screens: Bool) {
    let (problem, options, rows) = (context.problem, context.options, context.tiling.rows)
    func block(_ isWanted: Bool) -> Block<Scalar> {
      options.block(rowCount: isWanted ? rows : 0, columnCount: context.dimension)
    }
    func codes(_ isWanted: Bool) -> Codes<Scalar>? {
      screens && isWanted
        ? Codes(.queries, rowCount: rows, dimension: context.dimension, from: options.workspace)
        : nil
    }
    // Encoding copies rows too.
    queries = block(!problem.queries.areUnit || problem.scales != .one(1) || screens)
    positives = block(problem.candidates.hasSinglePositive)
    positiveAnchors = problem.candidates.anchorsArePositives ? block(true) : nil
    if case .columns = problem.candidates.positives {
      table = PositiveTable(
        problem.keys[0].roles, rowCount: problem.queries.rowCount,
        columnCount: problem.keys[0].rows.rowCount)
    } else {
      table = nil
    }
    queryCodes = codes(true)
    positiveCodes = codes(problem.candidates.anchorsArePositives)
    anchorParts = context.panels.map {
      problem.needsGradient(of: problem.keys[$0.array].anchor) ? block(true) : nil
    }
  }
}

/// What gradients are added to, by unit rows.
struct GradientBlocks<Scalar: EmbeddingScalar>: Sendable {
  let queries: Block<Scalar>?
  let keys: [Block<Scalar>?]
  let positives: Block<Scalar>?

  /// What positives get as anchors: it goes to their own array, or to the first keys where row i's is column i;
  /// of any other column it is collected by row.
  private let anchorPositives: Block<Scalar>?

  init(_ problem: OneWayProblem<Scalar>, options: ComputeOptions) {
    func block(_ isWanted: Bool, rowCount: Int) -> Block<Scalar>? {
      isWanted
        ? options.block(
          rowCount: rowCount, columnCount: problem.queries.columnCount, zeroed: true) : nil
    }
    queries = block(problem.queriesNeedGradient, rowCount: problem.queries.rowCount)
    keys = problem.keys.map { block($0.needsGradient, rowCount: $0.rows.rowCount) }
    switch problem.candidates.positives {
    case .array(let rows, let needsGradient, _):
      positives = block(needsGradient, rowCount: rows.rowCount)
      anchorPositives = positives
    case .column:
      positives = nil
      if case .diagonal = problem.keys[0].roles {
        anchorPositives = keys[0]
      } else {
        anchorPositives = block(
          problem.candidates.anchorsArePositives && problem.keys[0].needsGradient,
          rowCount: problem.queries.rowCount)
      }
    case .none, .columns: (positives, anchorPositives) = (nil, nil)
    }
  }

  /// The gradient by what keys are compared with.
  func anchors(_ anchor: Candidates<Scalar>.Anchor) -> Block<Scalar>? {
    switch anchor {
    case .queries: queries
    case .positives: anchorPositives
    }
  }

  /// Adds what rows' positives got as anchors to the columns that they are.
  func finish(_ problem: OneWayProblem<Scalar>, on isa: InstructionSet) {
    guard case .column = problem.candidates.positives, let anchorPositives,
      let gradient = keys[0]
    else { return }
    if case .diagonal = problem.keys[0].roles { return }
    for row in 0..<anchorPositives.rowCount {
      guard let column = problem.keys[0].roles.positiveColumn(ofRow: row) else { continue }
      gradient.rows(column..<column + 1).add(anchorPositives.rows(row..<row + 1), on: isa)
    }
  }
}
