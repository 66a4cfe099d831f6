package import ContrastiveKernels

/// Rows against columns, every one of which is an anchor: each row's candidates are the columns,
/// and each column's candidates are the rows.
///
/// Anchors are numbered: the rows, then the columns; or, where the columns are the rows themselves,
/// the rows.
package struct MutualProblem<Scalar: EmbeddingScalar>: Sendable {
  /// Unit rows.
  package var rows: Block<Scalar>

  /// Unit rows, or `nil`: the rows themselves are each other's candidates.
  package var columns: Block<Scalar>?

  /// What a column is to a row.
  package let roles: ColumnRoles

  /// What a row is to a column.
  let columnRoles: ColumnRoles

  /// What the columns are to the rows besides.
  package var columnsAsCandidates = Candidacy()

  /// What the rows are to the columns besides; of a batch against itself `columnsAsCandidates` says it.
  package var rowsAsCandidates = Candidacy()

  /// From cosine to logit, in place of the scale.
  package var map = LogitMap.identity

  /// Whether the map is the positives' too. A function with a map of its own for them is given their cosines; it
  /// runs where one tile serves both directions.
  package var mapsPositives = true

  package var rowsNeedGradient: Bool
  package var columnsNeedGradient: Bool

  package var function: any RowFunction

  /// What the columns' terms are, numbered from 0, where each direction is computed by itself and the function tells
  /// anchors apart.
  package var columnFunction: (any RowFunction)?

  /// Of the anchors.
  package var scales: RowScales

  /// Of the anchors' terms, in the order of the anchors.
  package var weights: TermWeights

  /// Whether ranks of the positive, and similarities, are to be observed.
  package var observes = true

  package init(
    rows: Block<Scalar>, columns: Block<Scalar>? = nil, roles: ColumnRoles,
    rowsNeedGradient: Bool, columnsNeedGradient: Bool, function: any RowFunction,
    scales: RowScales, weights: TermWeights
  ) {
    self.rows = rows
    self.columns = columns
    self.roles = roles
    columnRoles = columns.map { roles.transposed(columnCount: $0.rowCount) } ?? roles
    self.rowsNeedGradient = rowsNeedGradient
    self.columnsNeedGradient = columnsNeedGradient
    self.function = function
    self.scales = scales
    self.weights = weights
  }

  /// What candidates are in one of the directions, and need not be in the other.
  package struct Candidacy: Sendable {
    /// b of every candidate.
    package var biases: [Scalar]?

    /// Pairs that are none, besides what `roles` says.
    package var excluded: ExcludedColumns?

    package init(biases: [Scalar]? = nil, excluded: ExcludedColumns? = nil) {
      self.biases = biases
      self.excluded = excluded
    }

    var isPlain: Bool { biases == nil && excluded == nil }
  }

  var positiveMap: LogitMap { mapsPositives ? map : .identity }

  /// s, as the row function is told.
  var functionScales: RowScales { map.scale.map { .one($0) } ?? scales }

  var isTriangle: Bool { columns == nil }
  var candidates: Block<Scalar> { columns ?? rows }
  var anchorCount: Int { rows.rowCount + (columns?.rowCount ?? 0) }
  var needsGradient: Bool { rowsNeedGradient || columnsNeedGradient }

  /// Which anchors the columns are.
  var columnAnchors: Range<Int> { isTriangle ? 0..<rows.rowCount : rows.rowCount..<anchorCount }

  /// What tiles are multiplied by: the one scale, or 1, where they are cosines.
  var tileScale: Double { if case .one(let scale) = scales { scale } else { 1 } }

  /// Whether every anchor has one positive, so that it has a rank.
  var hasSinglePositive: Bool {
    switch roles {
    case .diagonal, .pairs, .views, .viewPairs: true
    case .negatives, .targets, .selfExcluded, .labels, .lists, .memory, .columns, .groups: false
    }
  }

  /// Whether anchors have positives at all.
  var hasPositives: Bool {
    switch roles {
    case .negatives, .selfExcluded: false
    case .diagonal, .pairs, .views, .viewPairs, .labels, .lists, .targets, .memory, .columns,
      .groups:
      true
    }
  }

  /// How many negatives an anchor has.
  func negativeCount(ofAnchor anchor: Int) -> Int {
    anchor < rows.rowCount
      ? roles.negativeCount(ofRow: anchor, among: candidates.rowCount)
      : columnRoles.negativeCount(ofRow: anchor - rows.rowCount, among: rows.rowCount)
  }

  /// What tiles hold of rows that equal single positives, if that differs from their own products.
  func rankProducts(_ products: TileProducts<Scalar>) -> [Double]? {
    switch roles {
    case .diagonal, .pairs:
      products.rankProducts(rows, candidates, scale: tileScale).map { isTriangle ? $0 : $0 + $0 }
    case .views(let count), .viewPairs(let count, _):
      products.rankProducts(
        rows.rows(0..<count), rows.rows(count..<2 * count), scale: tileScale
      ).map { $0 + $0 }
    case .negatives, .targets, .selfExcluded, .labels, .lists, .memory, .columns, .groups: nil
    }
  }

  /// What single positives' tiles hold, by inner products of their own; or room for those of several.
  func positives(options: ComputeOptions) -> PositiveTable<Scalar> {
    let (threads, isa) = (options.threads, options.isa)
    func products(_ x: Block<Scalar>, _ y: Block<Scalar>) -> [Double] {
      x.dots(with: y, threads: threads, on: isa).map { tileScale * $0 }
    }
    switch roles {
    case .labels(let groups): return PositiveTable(groups, anchorCount: anchorCount)
    case .lists(let lists): return PositiveTable(lists)
    case .diagonal, .pairs:
      let products = products(rows, candidates)
      return PositiveTable(isTriangle ? products : products + products)
    case .views(let count), .viewPairs(let count, _):
      let products = products(rows.rows(0..<count), rows.rows(count..<2 * count))
      return PositiveTable(products + products)
    case .columns, .groups:
      return PositiveTable(
        roles, columnRoles, rowCount: rows.rowCount, columnCount: candidates.rowCount)
    case .negatives, .targets, .selfExcluded, .memory: return PositiveTable([])
    }
  }
}
