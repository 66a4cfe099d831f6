package import ContrastiveEmbeddings
package import ContrastiveKernels
import RealModule

/// Rows against a block of keys that are their negatives and no anchors, a phase at a time: for keys that come block by block.
///
/// What `BlockPass` is where both sides are anchors. Here a pair's exponentials are its row's alone: there may be two of
/// them, keys may carry log-weights, and keys that take no gradient have given all they have to give when they are met first.
package struct NegativesPass<Scalar: EmbeddingScalar>: Sendable {
  private let context: OneWayContext<Scalar>
  private let buffers: RowBuffers<Scalar>
  private let rowBlocks: [Range<Int>]

  /// - Parameters:
  ///   - rows: Unit rows, at least one.
  ///   - scales: Theirs.
  ///   - keys: Unit rows, at least one.
  ///   - excluded: Keys that are no negatives of a row.
  ///   - biases: b of every key.
  ///   - function: What the loss is of a row's sums, by whose exponents these are taken.
  ///   - shift: The rows' own, the same against every block.
  ///   - observes: Whether the rows' sums of logits are wanted.
  package init(
    rows: Block<Scalar>, scales: RowScales, keys: Block<Scalar>, excluded: ExcludedColumns?,
    biases: [Scalar]?, function: any RowFunction, shift: Shift,
    needsGradient: (rows: Bool, keys: Bool), observes: Bool, options: ComputeOptions
  ) {
    var options = options
    options.tileRows = options.tileRows ?? 512
    var problem = OneWayProblem(
      queries: AnyEmbeddings(unit: rows, named: .queries),
      queriesNeedGradient: needsGradient.rows,
      candidates: Candidates(
        keys: [
          .init(
            rows: AnyEmbeddings(unit: keys, named: .keys), roles: .negatives,
            needsGradient: needsGradient.keys, excluded: excluded, biases: biases)
        ], positives: .none),
      function: function, scales: scales, weights: .equal(1))
    problem.observes = observes
    context = OneWayContext(
      problem, tiling: Tiling(problem, options: options), shift: shift, screens: false,
      options: options)
    buffers = RowBuffers(context, screens: false)
    rowBlocks = (0..<rows.rowCount).parts(of: context.tiling.rows)
  }

  /// The tiles of some rows, as the first phase has left them.
  package struct Kept: Sendable {
    fileprivate let tiles: Block<Scalar>?
    fileprivate let content: DensePass<Scalar>.Content
  }

  /// The error of the logits, if any were rounded.
  package var logitError: LogitError? { context.products.logitError }

  private func block(_ range: Range<Int>, ranks: RankCounts? = nil) -> RowBlock<Scalar> {
    var block = RowBlock(range, of: context, buffers: buffers, encodes: false)
    block.noStatistics.ranks = ranks?[range]
    return block
  }

  // MARK: Sums

  /// Adds the keys to what is known of all rows' negatives.
  ///
  /// - Parameter advance: Is called now and then.
  /// - Returns: The tiles, or what to compute them again by.
  package func add(
    to all: inout RowStatistics, keepingTiles keeps: Bool, advance: () -> Void
  ) throws(ContrastiveError) -> [Kept] {
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      var keySums: KeySums<Scalar>?
      return try rowBlocks.map { range throws(ContrastiveError) in
        let block = block(range, ranks: all.ranks)
        let pass = DensePass(context, keeps: keeps)
        let (parts, content) = try pass.statistics(of: block)
        merge(parts, of: block, keySums: &keySums, into: &all)
        advance()
        return Kept(tiles: pass.kept, content: content)
      }
    }
  }

  /// The same of keys that take no gradient, whose part of the rows' comes along.
  ///
  /// - Parameter sums: Σ exp(u)·k̂ of every row, relative to the shifts of the first exponent.
  package func add(
    to all: inout RowStatistics, andTo sums: Block<Scalar>, advance: () -> Void
  ) throws(ContrastiveError) {
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      var keySums: KeySums<Scalar>?
      let pass = OnePass(context, screener: nil, sparse: nil)
      for range in rowBlocks {
        let block = block(range, ranks: all.ranks)
        let parts = try pass.statistics(of: block)
        let before = Array(all.shifts[0][range])
        merge(parts.map(\.panel), of: block, keySums: &keySums, into: &all)
        let after = Array(all.shifts[0][range])
        let own = sums.rows(range)
        if before != after { own.scaleRows(by: Self.steps(from: before, to: after), on: isa) }
        for (panel, part) in zip(context.panels, parts) {
          guard let more = block.anchorPart(of: panel) else { continue }
          own.add(
            more, times: Self.steps(from: part.panel.statistics.shifts[0], to: after), on: isa)
        }
        advance()
      }
    }
  }

  private var isa: InstructionSet { context.isa }

  /// What sums relative to some shifts are multiplied by to be relative to others; 0 of those of nothing.
  private static func steps(from shifts: [Double], to others: [Double]) -> [Double] {
    zip(shifts, others).map { $0.isFinite ? .exp($0 - $1) : 0 }
  }

  private func merge(
    _ parts: [PanelPart], of block: RowBlock<Scalar>, keySums: inout KeySums<Scalar>?,
    into all: inout RowStatistics
  ) {
    if block.isFirst, context.needsTotals {
      keySums = KeySums(parts.compactMap(\.keySum), of: context)
    }
    for part in parts { all.merge(matching: part.statistics, into: block.range) }
    guard let totals = keySums?.totals(of: block) else { return }
    for (place, row) in block.range.enumerated() {
      all.totals[row] += totals[place] - parts.reduce(0) { $0 + $1.exceptionSums[place] }
    }
  }

  // MARK: The gradients

  /// Adds the keys' part of the rows' gradient, and sets that of the keys.
  ///
  /// - Parameters:
  ///   - kept: As `add(to:keepingTiles:advance:)` returned it, of the same keys. It is used up.
  ///   - slopes: Of all rows.
  package func addGradients(
    _ kept: [Kept], slopes: RowSlopes, rows: Block<Scalar>?, keys: Block<Scalar>?,
    advance: () -> Void
  ) throws(ContrastiveError) {
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      let gradients = GradientBlocks(queries: rows, keys: [keys])
      for (range, kept) in zip(rowBlocks, kept) {
        try DensePass(context, kept: kept.tiles).addGradients(
          of: block(range), content: kept.content, slopes: slopes[range], keySums: nil,
          to: gradients)
        advance()
      }
    }
  }
}
