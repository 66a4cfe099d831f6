public import Contrastive
import Foundation

extension PlainLoss {
  /// −log of the positive's share among itself and the row's negatives.
  private static func infoNCE(
    _ inputs: [String: Matrix<Double>], temperature: Double,
    negatives: @escaping @Sendable (_ row: Int, _ rows: [String: Rows]) -> Rows
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let (queries, positives) = (rows["queries", default: []], rows["positives", default: []])
      return queries.indices.map { i in
        let own = queries[i].dot(positives[i])
        var sum: Dual = 0
        for key in negatives(i, rows) {
          sum += .exp((queries[i].dot(key) - own) / temperature[i])
        }
        return .log(onePlus: sum)
      }
    }
  }

  /// Whether two rows of a batch are negatives of each other: of different ids, or different rows.
  private static func areNegatives(_ i: Int, _ j: Int, _ ids: [Int]?) -> Bool {
    ids.map { $0[i] != $0[j] } ?? (i != j)
  }

  private static func others(_ row: Int, _ rows: [String: Rows]) -> Rows {
    var keys = rows["positives", default: []]
    keys.remove(at: row)
    return keys
  }

  public static func inBatch(_ inputs: [String: Matrix<Double>], temperature: Double) -> PlainLoss {
    infoNCE(inputs, temperature: temperature, negatives: others)
  }

  public static func shared(_ inputs: [String: Matrix<Double>], temperature: Double) -> PlainLoss {
    infoNCE(inputs, temperature: temperature) { $1["negatives", default: []] }
  }

  public static func paired(_ inputs: [String: Matrix<Double>], temperature: Double) -> PlainLoss {
    infoNCE(inputs, temperature: temperature) { row, rows in
      let keys = rows["negatives", default: []]
      let count = keys.count / rows["queries", default: []].count
      return Array(keys[row * count..<(row + 1) * count])
    }
  }

  public static func inBatchAndShared(
    _ inputs: [String: Matrix<Double>], temperature: Double
  ) -> PlainLoss {
    infoNCE(inputs, temperature: temperature) { others($0, $1) + $1["negatives", default: []] }
  }

  /// Half of the cross-entropies of a pair's row and of its column, among pairs of other ids.
  public static func clip(
    _ inputs: [String: Matrix<Double>], ids: [Int]? = nil, temperature: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let (images, texts) = (rows["images", default: []], rows["texts", default: []])
      return images.indices.map { i in
        let own = images[i].dot(texts[i])
        var (byRow, byColumn): (Dual, Dual) = (0, 0)
        for j in images.indices where areNegatives(i, j, ids) {
          byRow += .exp((images[i].dot(texts[j]) - own) / temperature[i])
          byColumn += .exp((images[j].dot(texts[i]) - own) / temperature[images.count + i])
        }
        return (.log(onePlus: byRow) + .log(onePlus: byColumn)) / 2
      }
    }
  }

  /// MoCo v3's factor 2τ.
  public static func mocoV3(
    _ inputs: [String: Matrix<Double>], ids: [Int]? = nil, temperature: Double
  ) -> PlainLoss {
    let plain = infoNCE(inputs, temperature: temperature) { row, rows in
      let keys = rows["positives", default: []]
      return keys.indices.filter { areNegatives(row, $0, ids) }.map { keys[$0] }
    }
    return PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let pairs = ["queries": rows["queries", default: []], "positives": rows["keys", default: []]]
      return plain.terms(pairs, temperature).enumerated().map { 2 * temperature[$0] * $1 }
    }
  }

  /// −log of the share of a row's own class, whose cosine goes through a map. A class has a temperature, unless
  /// rows have.
  public static func normFace(
    _ inputs: [String: Matrix<Double>], labels: [Int], logWeights: [Double]? = nil,
    temperature: Double, rowsHaveTemperatures: Bool = false, subCenters: Int = 1,
    target: @escaping @Sendable (_ cosine: Dual) -> Dual = { $0 }
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let weights = rows["classWeights", default: []]
      return rows["features", default: []].enumerated().map { row, feature in
        let label = labels[row]
        // The nearest of a class's centres is the class's.
        func cosine(_ c: Int) -> Dual {
          (c * subCenters..<(c + 1) * subCenters).map { feature.dot(weights[$0]) }
            .reduce(-2) { .max($0, $1) }
        }
        let own = target(cosine(label))
        var sum: Dual = 0
        for c in 0..<weights.count / subCenters where c != label {
          let scaled = rowsHaveTemperatures ? temperature[row] : temperature[label]
          sum += .exp((cosine(c) - own) / scaled + logWeights.excess(of: c, over: label))
        }
        return .log(onePlus: sum)
      }
    }
  }

  /// ArcFace's map, by cos(θ + m) = cos θ·cos m − sin θ·sin m.
  public static func angularMargin(_ margin: Double) -> @Sendable (_ cosine: Dual) -> Dual {
    { cosine in
      cosine.value < -cos(margin)
        ? cosine - Dual(margin * sin(margin))
        : cosine * Dual(cos(margin)) - .sqrt(1 - cosine * cosine) * Dual(sin(margin))
    }
  }

  /// −log of the share of an embedding's own row of a memory.
  public static func npidSoftmax(
    _ inputs: [String: Matrix<Double>], targets: [Int], temperature: Double
  ) -> PlainLoss {
    let plain = normFace(
      inputs, labels: targets, temperature: temperature, rowsHaveTemperatures: true)
    return PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let classes = [
        "features": rows["embeddings", default: []], "classWeights": rows["memory", default: []],
      ]
      return plain.terms(classes, temperature)
    }
  }

  /// ℓ − w·z₊ over two views, with w = 1, or 2 − e/mean e of e = exp(cos/σ) as a constant.
  public static func decoupled(
    _ inputs: [String: Matrix<Double>], sigma: Double?, ids: [Int]? = nil,
    logWeights: [Double]? = nil, temperature: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let (a, b) = (rows["viewA", default: []], rows["viewB", default: []])
      let (all, count) = (a + b, a.count)
      let masses = zip(a, b).map { exp($0.dot($1).value / (sigma ?? .infinity)) }
      let mean = masses.reduce(0, +) / Double(count)
      return all.indices.map { i in
        let other = (i + count) % (2 * count)
        let positive = all[i].dot(all[other])
        var sum: Dual = 0
        for j in all.indices where areNegatives(i % count, j % count, ids) {
          let difference = (all[i].dot(all[j]) - positive) / temperature[i]
          sum += .exp(difference + logWeights.excess(of: j, over: other))
        }
        let own = positive / temperature[i] + Dual(logWeights?[other] ?? 0)
        return .log(sum) + Dual(masses[i % count] / mean - 1) * own
      }
    }
  }

  /// Σⱼ log(1 + exp(−z·(cos/τ + b))) with z = 1 for j = i and −1 else; b is an input of one element.
  /// Pairs of one id, but for a row's own, are left out.
  public static func sigLIP(
    _ inputs: [String: Matrix<Double>], ids: [Int]? = nil, temperature: Double
  ) -> PlainLoss {
    var loss = PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let (images, texts) = (rows["images", default: []], rows["texts", default: []])
      let bias = rows["bias", default: []][0][0]
      return images.indices.map { i in
        var sum: Dual = 0
        for j in texts.indices where i == j || areNegatives(i, j, ids) {
          let logit = images[i].dot(texts[j]) / temperature[i] + bias
          sum += .log(onePlus: .exp(i == j ? 0 - logit : logit))
        }
        return sum
      }
    }
    loss.unitInputs = ["bias"]
    return loss
  }

  /// ‖x − y‖².
  static func squaredDistance(_ x: [Dual], _ y: [Dual]) -> Dual {
    let difference = zip(x, y).map { $0 - $1 }
    return difference.dot(difference)
  }

  /// A sum over the classes that are not a row's own, of their distances and the own one.
  static func agents(
    _ inputs: [String: Matrix<Double>], labels: [Int], temperature: Double = 1,
    _ term: @escaping @Sendable (_ own: Dual, _ others: [Dual]) -> Dual
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, _ in
      let weights = rows["classWeights", default: []]
      return zip(rows["features", default: []], labels).map { feature, label in
        var others = weights.map { squaredDistance(feature, $0) }
        let own = others.remove(at: label)
        return term(own, others)
      }
    }
  }

  /// D_y + Σ max(0, m − D).
  public static func cContrastive(
    _ inputs: [String: Matrix<Double>], labels: [Int], margin: Double
  ) -> PlainLoss {
    agents(inputs, labels: labels) { own, others in
      others.reduce(own) { $0 + .max(0, Dual(margin) - $1) }
    }
  }

  /// Σ max(0, m + D_y − D).
  public static func cTriplet(
    _ inputs: [String: Matrix<Double>], labels: [Int], margin: Double
  ) -> PlainLoss {
    agents(inputs, labels: labels) { own, others in
      others.reduce(0) { $0 + .max(0, Dual(margin) + own - $1) }
    }
  }

  /// max(0, m + ½‖a − p‖² − ½‖a − n‖²) of normalised rows.
  public static func tripletMargin(
    _ inputs: [String: Matrix<Double>], margin: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: 1) { rows, _ in
      let (a, p) = (rows["anchors", default: []], rows["positives", default: []])
      return zip(zip(a, p), rows["negatives", default: []]).map { pair, negative in
        let (toPositive, toNegative) = (
          squaredDistance(pair.0, pair.1), squaredDistance(pair.0, negative)
        )
        return .max(0, Dual(margin) + (toPositive - toNegative) / 2)
      }
    }
  }

  /// The same with every row's farthest of its label and nearest of another.
  public static func batchHard(
    _ inputs: [String: Matrix<Double>], labels: [Int], margin: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: 1) { rows, _ in
      let rows = rows["embeddings", default: []]
      return rows.indices.compactMap { a in
        let others = rows.indices.filter { $0 != a }
        func distances(_ isAlike: Bool) -> [Dual] {
          others.filter { (labels[$0] == labels[a]) == isAlike }
            .map { squaredDistance(rows[a], rows[$0]) }
        }
        guard let farthest = distances(true).max(by: { $0.value < $1.value }),
          let nearest = distances(false).min(by: { $0.value < $1.value })
        else { return nil }
        return .max(0, Dual(margin) + (farthest - nearest) / 2)
      }
    }
  }

  /// −log of the posterior of the first candidate being data, and of all others being noise.
  public static func npidNCE(
    _ inputs: [String: Matrix<Double>], indices: [[Int]], logZ: Double, epsilon: Double,
    temperature: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let memory = rows["memory", default: []]
      return rows["embeddings", default: []].enumerated().map { i, row in
        let list = indices[i]
        let share = Double(list.count - 1) / Double(memory.count)
        let p = list.map { Dual.exp(row.dot(memory[$0]) / temperature[i] - Dual(logZ)) }
        return p.enumerated().reduce(Dual(0)) { sum, candidate in
          let numerator = candidate.offset == 0 ? candidate.element : Dual(share)
          return sum - .log(numerator / (candidate.element + Dual(share) + Dual(epsilon)))
        }
      }
    }
  }

  /// The mean over an anchor's positives of −log of their share among all other rows; of anchors
  /// without positives 0, and not counted in the mean.
  public static func supCon(
    _ inputs: [String: Matrix<Double>], labels: [Int], logWeights: [Double]? = nil,
    temperature: Double
  ) -> PlainLoss {
    supCon(inputs, logWeights: logWeights, temperature: temperature) { labels[$0] == labels[$1] }
  }

  /// The same with positives of any kind.
  public static func supCon(
    _ inputs: [String: Matrix<Double>], logWeights: [Double]? = nil, temperature: Double,
    isPositive: @escaping @Sendable (_ anchor: Int, _ other: Int) -> Bool
  ) -> PlainLoss {
    let rowCount = inputs["embeddings"]?.rowCount ?? 0
    return PlainLoss(
      inputs, temperature: temperature,
      isCounted: { a in (0..<rowCount).contains { $0 != a && isPositive(a, $0) } }
    ) { rows, temperature in
      let rows = rows["embeddings", default: []]
      return rows.indices.map { a in
        var (terms, count): (Dual, Double) = (0, 0)
        for p in rows.indices where p != a && isPositive(a, p) {
          let own = rows[a].dot(rows[p])
          var sum: Dual = 0
          for j in rows.indices where j != a && j != p {
            let difference = (rows[a].dot(rows[j]) - own) / temperature[a]
            sum += .exp(difference + logWeights.excess(of: j, over: p))
          }
          terms += .log(onePlus: sum)
          count += 1
        }
        return count > 0 ? terms / Dual(count) : 0
      }
    }
  }

  /// Rows against the keys of a memory, those of a row's id left out: SupCon's loss, or that of
  /// every pair of a row and a key of its label against the keys of other labels.
  public static func memory(
    _ inputs: [String: Matrix<Double>], labels: [Int], ids: [Int], keyLabels: [Int], keyIDs: [Int],
    isOfPairs: Bool, temperature: Double
  ) -> PlainLoss {
    @Sendable func candidates(_ a: Int) -> [Int] { keyIDs.indices.filter { keyIDs[$0] != ids[a] } }
    return PlainLoss(
      inputs, temperature: temperature,
      isCounted: { a in isOfPairs || candidates(a).contains { keyLabels[$0] == labels[a] } }
    ) { rows, temperature in
      let (queries, keys) = (rows["embeddings", default: []], rows["keys", default: []])
      return queries.indices.flatMap { a -> [Dual] in
        var (positives, positiveSum, negativeSum): ([Dual], Dual, Dual) = ([], 0, 0)
        for key in candidates(a) {
          let logit = queries[a].dot(keys[key]) / temperature[a]
          if keyLabels[key] == labels[a] {
            positives.append(logit)
            positiveSum += .exp(logit)
          } else {
            negativeSum += .exp(logit)
          }
        }
        if isOfPairs { return positives.map { .log(.exp($0) + negativeSum) - $0 } }
        guard !positives.isEmpty else { return [0] }
        let mean = positives.reduce(0, +) / Dual(Double(positives.count))
        return [.log(positiveSum + negativeSum) - mean]
      }
    }
  }

  /// For every ordered pair of one label: the positive against the rows of other labels.
  public static func pairs(
    _ inputs: [String: Matrix<Double>], labels: [Int], logWeights: [Double]? = nil,
    temperature: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let rows = rows["embeddings", default: []]
      var terms: [Dual] = []
      for a in rows.indices {
        for p in rows.indices where p != a && labels[p] == labels[a] {
          let own = rows[a].dot(rows[p])
          var sum: Dual = 0
          for n in rows.indices where labels[n] != labels[a] {
            let difference = (rows[a].dot(rows[n]) - own) / temperature[a]
            sum += .exp(difference + logWeights.excess(of: n, over: p))
          }
          terms.append(.log(onePlus: sum))
        }
      }
      return terms
    }
  }

  /// The debiased loss, its negatives weighted by wⱼ = eⱼ^β / mean e^β.
  public static func hardNegative(
    _ inputs: [String: Matrix<Double>], positivePrior: Double, concentration: Double,
    ids: [Int]? = nil, temperature: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let (a, b) = (rows["viewA", default: []], rows["viewB", default: []])
      let (all, count) = (a + b, a.count)
      let prior = Dual(positivePrior)
      return all.indices.map { i in
        let other = (i + count) % (2 * count)
        let positive = Dual.exp(all[i].dot(all[other]) / temperature[i])
        var (sum, weights): (Dual, Dual) = (0, 0)
        let negatives = all.indices.filter { areNegatives(i % count, $0 % count, ids) }
        for j in negatives {
          let logit = all[i].dot(all[j]) / temperature[i]
          sum += .exp(logit * Dual(1 + concentration))
          weights += .exp(logit * Dual(concentration))
        }
        guard !negatives.isEmpty else { return 0 }
        let negativeCount = Dual(Double(negatives.count))
        let corrected =
          (sum * negativeCount / weights - prior * negativeCount * positive) / (1 - prior)
        let g = Dual.max(corrected, negativeCount * .exp(0 - 1 / temperature[i]))
        return .log(onePlus: g / positive)
      }
    }
  }

  /// The logarithm of the mean of exp(−t·‖xᵢ − xⱼ‖²) over pairs i < j.
  public static func uniformity(_ inputs: [String: Matrix<Double>], t: Double) -> PlainLoss {
    PlainLoss(inputs, temperature: 1) { rows, _ in
      let rows = rows["embeddings", default: []]
      var (sum, pairCount): (Dual, Double) = (0, 0)
      for i in rows.indices {
        for j in rows.indices where j > i {
          let difference = zip(rows[i], rows[j]).map { $0 - $1 }
          sum += .exp(Dual(-t) * difference.dot(difference))
          pairCount += 1
        }
      }
      return [.log(sum / Dual(pairCount))]
    }
  }
}
