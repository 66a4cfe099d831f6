import ContrastiveEmbeddings

/// Rows whose products are s·c + b for numbers b of the candidates: with one more column,
/// ```
/// q̃ = (q̂, 1/s),   k̃ = (k̂, b):    s·⟨q̃, k̃⟩ = s·c + b
/// ```
/// so that engine and kernels need not know of b.
struct LogWeightedRows: Sendable {
  let scale: Double
  let options: ComputeOptions

  func queries<Scalar>(_ rows: AnyEmbeddings<Scalar>) -> AnyEmbeddings<Scalar> {
    extended(rows) { _ in 1 / scale }
  }

  func candidates<Scalar>(
    _ rows: AnyEmbeddings<Scalar>, _ logWeights: [Double]
  ) -> AnyEmbeddings<Scalar> {
    extended(rows) { logWeights[$0] }
  }

  private func extended<Scalar>(
    _ rows: AnyEmbeddings<Scalar>, _ last: (Int) -> Double
  ) -> AnyEmbeddings<Scalar> {
    let dimension = rows.columnCount
    let block: Block<Scalar> = options.block(
      rowCount: rows.rowCount, columnCount: dimension + 1, padded: true)
    rows.setUnit(block.columns(0..<dimension), options: options)
    for row in 0..<rows.rowCount { block[row, dimension] = Scalar(last(row)) }
    return AnyEmbeddings(unit: block, named: rows.name)
  }

  /// Leaves the gradients by the rows themselves.
  ///
  /// A query's derivative by its last number is s·Σⱼ (dL/dzⱼ)·bⱼ: s times what b put into
  /// Σⱼ (dL/dzⱼ)·zⱼ, of which only the part of s·c is the slope by log s.
  func removeWeights<Scalar>(from result: inout RowsResult<Scalar>, of dimension: Int) {
    if let gradient = result.queryGradient {
      for row in 0..<gradient.rowCount {
        result.logScaleSlope -= Double(gradient[row, dimension]) / scale
      }
    }
    func own(_ block: Block<Scalar>?) -> Block<Scalar>? { block?.columns(0..<dimension) }
    result.queryGradient = own(result.queryGradient)
    result.positiveGradient = own(result.positiveGradient)
    result.keyGradients = result.keyGradients.map(own)
  }
}
