public import Contrastive

/// One candidate of a row, as InfoNCE's options see it.
public struct PlainCandidate: Sendable {
  /// Which embeddings are compared.
  public enum Block: Sendable {
    case positives, negatives, queriesWithQueries, positivesWithPositives, positivesWithQueries
  }

  public let block: Block
  public let row: Int
  public let column: Int
  /// Its cosine, and that of the row's positive.
  public let cosine: Double
  public let positiveCosine: Double
}

extension PlainLoss {
  /// InfoNCE over a list of candidates for every row.
  ///
  /// - Parameters:
  ///   - blocks: Where candidates come from. A row's own positive, or itself, is none.
  ///   - hardness: α: α·cos is added to negatives' logits, and held constant.
  ///   - logWeight: What is added to a column's logit, of a block.
  ///   - isNegative: Which candidates stay.
  public static func candidates(
    _ inputs: [String: Matrix<Double>], temperature: Double, from blocks: [PlainCandidate.Block],
    hardness: Double = 0,
    logWeight: @escaping @Sendable (PlainCandidate.Block, Int) -> Double = { _, _ in 0 },
    isNegative: @escaping @Sendable (PlainCandidate) -> Bool = { _ in true }
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let (queries, positives) = (rows["queries", default: []], rows["positives", default: []])
      return queries.indices.map { i in
        let ownCosine = queries[i].dot(positives[i])
        let own = ownCosine / temperature[i] + Dual(logWeight(.positives, i))
        var sum: Dual = 0
        for block in blocks {
          let (anchor, columns) =
            switch block {
            case .positives: (queries[i], positives)
            case .negatives: (queries[i], rows["negatives", default: []])
            case .queriesWithQueries: (queries[i], queries)
            case .positivesWithPositives: (positives[i], positives)
            case .positivesWithQueries: (positives[i], queries)
            }
          for j in columns.indices where block == .negatives || j != i {
            let cosine = anchor.dot(columns[j])
            let candidate = PlainCandidate(
              block: block, row: i, column: j, cosine: cosine.value,
              positiveCosine: ownCosine.value)
            guard isNegative(candidate) else { continue }
            let constant = Dual(hardness * cosine.value + logWeight(block, j))
            sum += .exp(cosine / temperature[i] + constant - own)
          }
        }
        return .log(onePlus: sum)
      }
    }
  }
}
