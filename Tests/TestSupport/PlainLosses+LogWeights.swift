import Contrastive

extension PlainLoss {
  /// NT-Xent with log-weights of the rows of both views, those of view A first.
  static func ntXent(
    _ inputs: [String: Matrix<Double>], logWeights: [Double], temperature: Double
  ) -> PlainLoss {
    let count = logWeights.count / 2
    return rows(inputs, anchors: ["viewA", "viewB"], temperature: temperature) { row in
      (0..<2 * count).filter { $0 != row }.map { other in
        var key = Key(other < count ? "viewA" : "viewB", other % count)
        key.isPositive = other == (row + count) % (2 * count)
        key.logWeight = logWeights[other]
        return key
      }
    } _: { row in
      let own = row.positives[0]
      return [.log(onePlus: row.weightedNegatives.reduce(0) { $0 + .exp($1 - own) })]
    }
  }
}

extension [Double]? {
  /// How much larger one candidate's log-weight is than another's: 0 where there are none.
  func excess(of candidate: Int, over other: Int) -> Dual {
    Dual(map { $0[candidate] - $0[other] } ?? 0)
  }
}
