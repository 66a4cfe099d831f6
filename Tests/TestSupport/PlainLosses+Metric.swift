public import Contrastive
import Foundation

/// Losses of deep metric learning: sums of exponentials of cosines or distances, mapped.
extension PlainLoss {
  /// A row of a batch, and the rows that are positives and negatives of it.
  struct LabelledRow {
    let row: [Dual]
    let positives: [[Dual]]
    let negatives: [[Dual]]

    /// Which rows these are.
    let indices: (positives: [Int], negatives: [Int])

    var positiveCosines: [Dual] { positives.map { row.dot($0) } }
    var negativeCosines: [Dual] { negatives.map { row.dot($0) } }
  }

  /// A function of every row, its positives and its negatives.
  private static func labelled(
    _ inputs: [String: Matrix<Double>], labels: [Int], temperature: Double,
    isCounted: @escaping @Sendable (Int) -> Bool = { _ in true },
    _ term: @escaping @Sendable (LabelledRow) -> Dual
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature, isCounted: isCounted) { rows, _ in
      let rows = rows["embeddings", default: []]
      return rows.indices.map { i in
        func others(_ areAlike: Bool) -> [Int] {
          rows.indices.filter { $0 != i && (labels[$0] == labels[i]) == areAlike }
        }
        let indices = (positives: others(true), negatives: others(false))
        return term(
          LabelledRow(
            row: rows[i], positives: indices.positives.map { rows[$0] },
            negatives: indices.negatives.map { rows[$0] }, indices: indices))
      }
    }
  }

  private static func hasPositive(_ row: Int, _ labels: [Int]) -> Bool {
    labels.count { $0 == labels[row] } > 1
  }

  private static func sumOfExponentials(_ exponents: [Dual]) -> Dual {
    exponents.reduce(0) { $0 + .exp($1) }
  }

  /// log(1 + Σₚ exp(α(λ − c)))/α + log(1 + Σₙ exp(β(c − λ)))/β, with β = 1/τ.
  public static func multiSimilarity(
    _ inputs: [String: Matrix<Double>], labels: [Int], alpha: Double, base: Double,
    temperature: Double
  ) -> PlainLoss {
    let (alpha, beta, base) = (Dual(alpha), Dual(1 / temperature), Dual(base))
    return labelled(inputs, labels: labels, temperature: temperature) { row in
      let pull = sumOfExponentials(row.positiveCosines.map { alpha * (base - $0) })
      let push = sumOfExponentials(row.negativeCosines.map { beta * ($0 - base) })
      return .log(onePlus: pull) / alpha + .log(onePlus: push) / beta
    }
  }

  /// log(1 + Σₚ exp zₚ · Σₙ exp zₙ), whose weights take no gradient, with γ = 1/τ.
  public static func circle(
    _ inputs: [String: Matrix<Double>], labels: [Int], margin: Double, temperature: Double
  ) -> PlainLoss {
    let gamma = 1 / temperature
    return labelled(
      inputs, labels: labels, temperature: temperature,
      isCounted: { hasPositive($0, labels) && Set(labels).count > 1 }
    ) { row in
      let pull = sumOfExponentials(
        row.positiveCosines.map {
          Dual(-gamma * max(0, 1 + margin - $0.value)) * ($0 - Dual(1 - margin))
        })
      let push = sumOfExponentials(
        row.negativeCosines.map {
          Dual(gamma * max(0, $0.value + margin)) * ($0 - Dual(margin))
        })
      return .log(onePlus: pull * push)
    }
  }

  /// −log of the share that the positives have of Σ exp(−S·‖x − y‖²), with 2S = 1/τ.
  public static func nca(
    _ inputs: [String: Matrix<Double>], labels: [Int], logWeights: [Double]? = nil,
    temperature: Double
  ) -> PlainLoss {
    let scale = Dual(-1 / (2 * temperature))
    return labelled(
      inputs, labels: labels, temperature: temperature, isCounted: { hasPositive($0, labels) }
    ) { row in
      guard !row.positives.isEmpty else { return 0 }
      func sum(_ rows: [[Dual]], _ indices: [Int]) -> Dual {
        sumOfExponentials(
          zip(rows, indices).map {
            scale * squaredDistance(row.row, $0) + Dual(logWeights?[$1] ?? 0)
          })
      }
      let negatives = sum(row.negatives, row.indices.negatives)
      return .log(onePlus: negatives / sum(row.positives, row.indices.positives))
    }
  }

  /// The same of the own proxy among all, with 2S = 1/τ.
  public static func proxyNCA(
    _ inputs: [String: Matrix<Double>], labels: [Int], temperature: Double
  ) -> PlainLoss {
    let scale = Dual(-1 / (2 * temperature))
    return agents(inputs, labels: labels, temperature: temperature) { own, others in
      .log(onePlus: sumOfExponentials(others.map { scale * ($0 - own) }))
    }
  }

  /// For every proxy log(1 + Σ exp(α(m − c))) of its class, by which the mean is over classes with a row, and
  /// log(1 + Σ exp(α(c + m))) of the others, with α = 1/τ.
  public static func proxyAnchor(
    _ inputs: [String: Matrix<Double>], labels: [Int], margin: Double, temperature: Double
  ) -> PlainLoss {
    let (alpha, margin) = (Dual(1 / temperature), Dual(margin))
    return PlainLoss(inputs, temperature: temperature) { rows, _ in
      let (features, proxies) = (rows["features", default: []], rows["classWeights", default: []])
      let share = Dual(Double(proxies.count) / Double(Set(labels).count))
      return proxies.enumerated().map { label, proxy in
        var (pull, push): (Dual, Dual) = (0, 0)
        for (feature, own) in zip(features, labels) {
          let cosine = feature.dot(proxy)
          if own == label {
            pull += .exp(alpha * (margin - cosine))
          } else {
            push += .exp(alpha * (cosine + margin))
          }
        }
        return share * .log(onePlus: pull) + .log(onePlus: push)
      }
    }
  }

  /// Of all ordered pairs a term; a row's is n times its share of the mean over the positive pairs above 0 and of that
  /// over the negative ones.
  static func contrastive(
    _ inputs: [String: Matrix<Double>], labels: [Int],
    pair: @escaping @Sendable (_ isPositive: Bool, _ row: [Dual], _ other: [Dual]) -> Dual
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: 1) { rows, _ in
      let rows = rows["embeddings", default: []]
      let hinges = rows.indices.map { i in
        rows.indices.filter { $0 != i }.map { j in
          (
            isPositive: labels[i] == labels[j],
            value: pair(labels[i] == labels[j], rows[i], rows[j])
          )
        }
      }
      func count(_ isPositive: Bool) -> Double {
        let active = hinges.joined().count { $0.isPositive == isPositive && $0.value.value > 0 }
        return Double(max(1, active))
      }
      let counts = (count(true), count(false))
      return hinges.map { row in
        row.reduce(0) { sum, hinge in
          sum + Dual(Double(rows.count) / (hinge.isPositive ? counts.0 : counts.1)) * hinge.value
        }
      }
    }
  }

  /// Of every class's first two rows −log of the second one's share of all second ones, by inner products.
  public static func nPairs(
    _ inputs: [String: Matrix<Double>], labels: [Int]
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: 1) { rows, _ in
      let rows = rows["embeddings", default: []]
      let pairs = Set(labels).sorted().map { label in
        labels.indices.filter { labels[$0] == label }.prefix(2).map { rows[$0] }
      }.filter { $0.count == 2 }
      return pairs.indices.map { k in
        let own = pairs[k][0].dot(pairs[k][1])
        var sum: Dual = 0
        for l in pairs.indices where l != k { sum += .exp(pairs[k][0].dot(pairs[l][1]) - own) }
        return .log(onePlus: sum)
      }
    }
  }

  /// max(0, m + ½‖a − p‖² − ½‖a − n‖²) of all triplets that are wanted, by how much farther n is.
  static func selectedTriplets(
    _ inputs: [String: Matrix<Double>], labels: [Int], margin: Double,
    isWanted: @escaping @Sendable (_ difference: Double) -> Bool
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: 1) { rows, _ in
      let rows = rows["embeddings", default: []]
      var terms: [Dual] = []
      for a in rows.indices {
        for p in rows.indices where p != a && labels[p] == labels[a] {
          for n in rows.indices where labels[n] != labels[a] {
            let difference =
              (squaredDistance(rows[a], rows[n]) - squaredDistance(rows[a], rows[p])) / 2
            if isWanted(difference.value) { terms.append(.max(0, Dual(margin) - difference)) }
          }
        }
      }
      return terms
    }
  }
}
