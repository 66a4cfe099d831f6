import Contrastive

/// How test rows lie on the sphere: whether a training spreads them, or lets them collapse.
struct EmbeddingGeometry: Sendable {
  /// The mean squared distance of a query from its key: 0 where they are one.
  let alignment: Double

  let queries: Side
  let keys: Side

  /// What the rows of one side are like by themselves.
  struct Side: Sendable {
    let audit: SideAudit

    /// The log of the mean of exp(−2‖x − y‖²) over two rows: 0 of rows that point one way; nil for one row.
    let uniformity: Double?

    init(_ rows: Matrix<Float>, options: ComputeOptions) throws(ContrastiveError) {
      audit = try SideAudit(rows.rowSource)
      if rows.rowCount > 1 {
        uniformity = try Double(Uniformity().value(embeddings: rows, options: options))
      } else {
        uniformity = nil
      }
    }
  }

  /// - Complexity: As `Uniformity` and `SideAudit`, for both sides.
  init(
    queries: Matrix<Float>, keys: Matrix<Float>, options: ComputeOptions
  ) throws(ContrastiveError) {
    alignment = try Double(Alignment().value(x: queries, y: keys, options: options))
    self.queries = try Side(queries, options: options)
    self.keys = try Side(keys, options: options)
  }
}

extension EmbeddingGeometry {
  static let columns: [Column] =
    [Column("alignment", format: .significant(3))]
    + [("queries", "q"), ("keys", "k")].flatMap { side, letter -> [Column] in
      [
        ("EffectiveRank", "rank"), ("MeanCosine", "cos"), ("Deviation", "σ"),
        ("Uniformity", "unif."),
      ].map { name, heading in
        Column(side + name, heading: "\(heading) \(letter)", format: .significant(3))
      }
    }

  /// What the columns' headings mean.
  static let legend = """
    Of the test rows' embeddings: alignment is the mean squared distance of a query (q) from its key (k); rank is the \
    effective rank of a side, cos the mean cosine of two rows, σ the mean standard deviation of a dimension, 1/√d \
    at most, and unif. the uniformity at t = 2. Of a side that collapses cos is near 1, and σ and unif. are near 0.
    """

  var cells: [Double?] {
    [alignment]
      + [queries, keys].flatMap { side -> [Double?] in
        [
          side.audit.effectiveRank, side.audit.meanCosine, side.audit.deviation, side.uniformity,
        ]
      }
  }
}
