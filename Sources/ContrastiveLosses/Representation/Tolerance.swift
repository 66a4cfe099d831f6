public import ContrastiveEmbeddings
public import ContrastiveEngine

/// How close rows of one label stay to each other: the mean cosine of pairs of equal label.
///
/// ```
/// tolerance = mean of cos(xᵢ, xⱼ) over pairs i < j with yᵢ = yⱼ
///           = Σ_c (‖S_c‖² − Σ_{i∈c} ‖x̂ᵢ‖²) / Σ_c n_c(n_c − 1)
/// ```
/// with S_c the sum of a label's unit rows: no pair is visited. A metric, not a loss: higher is more
/// tolerant of alike samples. From −1 to 1.
///
/// The paper's equation 11, as printed, averages over *all* pairs, and is this value times the share
/// of pairs with equal labels; its table reports this one.
///
/// - Source: [Wang & Liu 2021](https://arxiv.org/abs/2012.09740), eq. 11.
public struct Tolerance: UntemperedLabelledLoss, Hashable {
  /// Creates the metric.
  public init() {}

  /// Runs the metric, which is one term for all rows.
  ///
  /// - Throws: `ContrastiveError` if shapes do not fit, no two labels are equal, or a raw row holds a
  ///   NaN or an infinity.
  /// - Complexity: O(n·d)
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let rows = try AnyEmbeddings(embeddings, named: .embeddings)
    let groups = try LabelGroups(labels, for: rows)
    guard groups.pairCount > 0 else {
      throw .init(.labels, .choice(found: "all different", expected: "two equal labels at least"))
    }
    let (n, dimension) = (rows.rowCount, rows.columnCount)
    let unit = rows.unit(0..<n, into: Block(rowCount: n, columnCount: dimension))
    let slopes = Block<E.Scalar>(rowCount: n, columnCount: dimension)
    let pairCount = Double(groups.pairCount)
    let weight = try pass.weights(termCount: 1)[0]
    var value = 0.0
    for members in groups.all where members.count > 1 {
      var sum = Array(repeating: 0.0, count: dimension)
      for row in members { unit.rows(row..<row + 1).addColumnSums(to: &sum) }
      for row in members {
        for c in 0..<dimension {
          // The row's others: what it would be pulled towards.
          let others = sum[c] - Double(unit[row, c])
          value += Double(unit[row, c]) * others
          slopes[row, c] = E.Scalar(weight * 2 * others / pairCount)
        }
      }
    }
    value /= pairCount
    var gradient = EmbeddingGradient<E.Scalar>()
    if variables.contains(.embeddings) {
      gradient.embeddings = rows.gradient(fromUnit: slopes, options: pass.options)
    }
    return LossStep(
      value: E.Scalar(weight * value), terms: [E.Scalar(value)], gradient: gradient,
      diagnostics: nil)
  }
}
