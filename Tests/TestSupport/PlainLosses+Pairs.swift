public import Contrastive
import Foundation

extension PlainLoss {
  /// A function of each query's logits, its own key's the one positive.
  private static func ofPairs(
    _ inputs: [String: Matrix<Double>], logWeights: [Double]? = nil, temperature: Double,
    _ function: @escaping @Sendable (_ own: Dual, PlainRow) -> Dual
  ) -> PlainLoss {
    let count = inputs["queries"]?.rowCount ?? 0
    return rows(inputs, temperature: temperature) { row in
      (0..<count).map { index in
        var key = Key("keys", index)
        key.isPositive = index == row
        key.logWeight = logWeights?[index] ?? 0
        return key
      }
    } _: { row in
      [function(row.positives[0], row)]
    }
  }

  private static func sumOfExponentials(_ own: Dual, _ row: PlainRow) -> Dual {
    row.weightedNegatives.reduce(.exp(own)) { $0 + .exp($1) }
  }

  /// −Σ tⱼ·log pⱼ with the target t of ε/N, and 1 − ε more at the own key.
  public static func smoothed(
    _ inputs: [String: Matrix<Double>], smoothing: Double, logWeights: [Double]? = nil,
    temperature: Double
  ) -> PlainLoss {
    ofPairs(inputs, logWeights: logWeights, temperature: temperature) { own, row in
      let all = [own] + row.weightedNegatives
      let mean = all.reduce(0, +) / Dual(Double(all.count))
      return .log(sumOfExponentials(own, row)) - Dual(1 - smoothing) * own - Dual(smoothing) * mean
    }
  }

  /// −e^(q·z₊)/q + (λ·Σ e^z)^q/q.
  public static func rince(
    _ inputs: [String: Matrix<Double>], q: Double, lambda: Double, logWeights: [Double]? = nil,
    temperature: Double
  ) -> PlainLoss {
    ofPairs(inputs, logWeights: logWeights, temperature: temperature) { own, row in
      let all = Dual(lambda) * sumOfExponentials(own, row)
      return (.exp(Dual(q) * .log(all)) - .exp(Dual(q) * own)) / Dual(q)
    }
  }

  /// −log p/(1 − p) at τ·(1 + α·(mean cosine of positives − A₀)), that mean and 1 − p as constants.
  public static func macl(
    _ inputs: [String: Matrix<Double>], alpha: Double, threshold: Double,
    logWeights: [Double]? = nil, temperature: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let (a, b) = (rows["viewA", default: []], rows["viewB", default: []])
      let (all, count) = (a + b, a.count)
      let mean = zip(a, b).reduce(0) { $0 + $1.0.dot($1.1).value } / Double(count)
      return all.indices.map { i in
        let tau = temperature[i] * Dual(1 + alpha * (mean - threshold))
        let other = (i + count) % (2 * count)
        var sum: Dual = 0
        for j in all.indices where j != i && j != other {
          let difference = (all[i].dot(all[j]) - all[i].dot(all[other])) / tau
          sum += .exp(difference + logWeights.excess(of: j, over: other))
        }
        return count == 1 ? 0 : .log(onePlus: sum) * Dual(1 + 1 / sum.value)
      }
    }
  }

  /// Σₖ wₖ·InfoNCE of the first dₖ coordinates, normalised again.
  public static func matryoshka(
    _ inputs: [String: Matrix<Double>], dimensions: [Int], weights: [Double], temperature: Double
  ) -> PlainLoss {
    let infoNCE = ofPairs(inputs, temperature: temperature) { own, row in
      .log(onePlus: row.negatives.reduce(0) { $0 + .exp($1 - own) })
    }
    return PlainLoss(inputs, temperature: temperature) { rows, temperature in
      var sums: [Dual] = rows["queries", default: []].map { _ in 0 }
      for (dimension, weight) in zip(dimensions, weights) {
        let cut = rows.mapValues { $0.map { Array($0.prefix(dimension)).normalized() } }
        for (row, term) in infoNCE.terms(cut, temperature).enumerated() {
          sums[row] += Dual(weight) * term
        }
      }
      return sums
    }
  }

  /// log(1 + Σ e^(zᵢ − zⱼ)) over all i, j of scoreᵢ < scoreⱼ.
  public static func scoredPairs(
    _ inputs: [String: Matrix<Double>], scores: [Double], isOfAngles: Bool, temperature: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let logits = zip(rows["a", default: []], rows["b", default: []]).enumerated().map {
        row, pair in
        (isOfAngles ? angle(pair.0, pair.1) : pair.0.dot(pair.1)) / temperature[row]
      }
      var sum: Dual = 0
      for i in logits.indices {
        for j in logits.indices where scores[i] < scores[j] { sum += .exp(logits[i] - logits[j]) }
      }
      return [.log(onePlus: sum)]
    }
  }

  /// |Re + Im| of â·conj(b̂), of rows whose halves are real and imaginary parts.
  private static func angle(_ a: [Dual], _ b: [Dual]) -> Dual {
    let half = (a.count + 1) / 2
    func parts(_ row: [Dual], _ k: Int) -> (re: Dual, im: Dual) {
      (row[k], half + k < row.count ? row[half + k] : 0)
    }
    var sum: Dual = 0
    for k in 0..<half {
      let (x, y) = (parts(a, k), parts(b, k))
      sum += x.re * y.re + x.im * y.im + x.im * y.re - x.re * y.im
    }
    return .max(sum, 0 - sum)
  }

  /// a·(mean c)² + b·max(0, mean c² − 1/d) over pairs of different rows.
  public static func orthogonal(
    _ inputs: [String: Matrix<Double>], meanWeight: Double, secondMomentWeight: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: 1) { rows, _ in
      let rows = rows["embeddings", default: []]
      guard rows.count > 1 else { return [0] }
      var (first, second): (Dual, Dual) = (0, 0)
      for i in rows.indices {
        for j in rows.indices where j != i {
          let cosine = rows[i].dot(rows[j])
          first += cosine
          second += cosine * cosine
        }
      }
      let pairCount = Dual(Double(rows.count * (rows.count - 1)))
      let mean = first / pairCount
      let excess = second / pairCount - Dual(1 / Double(rows[0].count))
      return [
        Dual(meanWeight) * mean * mean + Dual(secondMomentWeight) * .max(0, excess)
      ]
    }
  }
}
