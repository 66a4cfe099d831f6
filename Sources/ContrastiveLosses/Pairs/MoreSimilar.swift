import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveSimilarity

/// The rule by which candidates more similar to a query than its positive are left out, with the rows whose cosines say
/// so: the loss's own, or a guide's.
struct MoreSimilar<Scalar: EmbeddingScalar> {
  let queryRows: AnyEmbeddings<Scalar>

  /// Unit rows.
  let queries: Block<Scalar>

  /// Unit rows.
  let positives: Block<Scalar>

  /// Of every pair: a cosine that is as large leaves a candidate out.
  private let threshold: [Double]

  private let options: ComputeOptions

  /// - Throws: `ContrastiveError` for a margin that is no number, or a guide's rows that do not fit the loss's.
  init(
    _ margin: FalseNegatives<Scalar>.Margin, guide: FalseNegatives<Scalar>.Guide?,
    queries: AnyEmbeddings<Scalar>, positives: AnyEmbeddings<Scalar>, options: ComputeOptions
  ) throws(ContrastiveError) {
    guard margin.value.isFinite else {
      throw .init(.margin, .number(found: margin.value, expected: .finite))
    }
    queryRows = try guide?.queries.embeddings(named: .guideQueries) ?? queries
    let positiveRows = try guide?.positives.embeddings(named: .guidePositives) ?? positives
    try queryRows.requireRowCount(as: queries)
    try positiveRows.requireRowCount(as: queries)
    try positiveRows.requireColumnCount(as: queryRows)
    self.queries = queryRows.unitBlock(options: options)
    self.positives = positiveRows.unitBlock(options: options)
    self.options = options
    // Equal cosines, which differ by their roundings, stay: as with ranks.
    let tie = Scalar.dotRounding(dimension: queryRows.columnCount)
    threshold = self.queries.dots(with: self.positives, on: options.isa).map {
      margin.limit(ofPositive: $0) + tie
    }
  }

  /// The columns that are left out of each pair's row.
  func columns(
    _ rows: Block<Scalar>, _ columns: Block<Scalar>, hasOwnColumn: Bool = true
  ) throws(ContrastiveError) -> ExcludedColumns {
    try ExcludedColumns(
      rows: rows, columns: columns, threshold: threshold, hasOwnColumn: hasOwnColumn,
      options: options)
  }
}
