public import Contrastive

/// What a loss of one's own is a function of, for one row: every logit by itself.
public struct PlainRow: Sendable {
  /// Which row of the call it is.
  public var row = 0

  public var scale: Dual = 1

  /// The positives' logits, log-weights included.
  public var positives: [Dual] = []

  /// What of each is log-weight.
  public var positiveBiases: [Double] = []

  /// The negatives' logits without log-weights.
  public var negatives: [Dual] = []

  public var negativeBiases: [Double] = []

  public init() {}

  /// The negatives' logits, log-weights included.
  public var weightedNegatives: [Dual] { zip(negatives, negativeBiases).map { $0 + Dual($1) } }

  /// log Σ exp(a·z + b) of the negatives.
  public func logSumExp(_ exponent: Double = 1) -> Dual {
    var sum: Dual = 0
    for (z, b) in zip(negatives, negativeBiases) { sum += .exp(Dual(exponent) * z + Dual(b)) }
    return .log(sum)
  }

  /// The mean of the positives' logits.
  public var positiveMean: Dual {
    positives.reduce(0, +) / Dual(Double(positives.count))
  }
}

/// How a cosine becomes a logit.
public enum PlainLogits: Hashable, Sendable {
  case scaledCosines, arctanh, circle(margin: Double), offset(base: Double)

  public func logit(_ cosine: Dual, scale: Dual) -> Dual {
    switch self {
    case .scaledCosines: return scale * cosine
    case .arctanh: return scale * (Dual.log(1 + cosine) - .log(1 - cosine)) / 2
    case .circle(let margin):
      // The first factor takes no gradient.
      return scale * Dual(max(0, cosine.value + margin)) * (cosine - Dual(margin))
    case .offset(let base): return scale * (cosine - Dual(base))
    }
  }
}

extension PlainLoss {
  /// A key of a row: what it is to it, and with what it is compared.
  public struct Key: Sendable {
    /// The input that it is a row of.
    public var array: String
    public var index: Int
    public var isPositive = false
    public var logWeight = 0.0
    public var isComparedWithPositive = false

    public init(_ array: String, _ index: Int) {
      self.array = array
      self.index = index
    }
  }

  /// A function of every row's logits.
  ///
  /// - Parameters:
  ///   - anchors: The inputs whose rows, one after another, are the anchors.
  ///   - keys: A row's positives and negatives.
  ///   - sides: With 2, the terms are the means of those of rows and of as many rows after them.
  ///   - function: The row's terms.
  public static func rows(
    _ inputs: [String: Matrix<Double>], anchors: [String] = ["queries"], temperature: Double,
    logits: PlainLogits = .scaledCosines, sides: Int = 1,
    keys: @escaping @Sendable (_ row: Int) -> [Key],
    _ function: @escaping @Sendable (PlainRow) -> [Dual]
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let all = anchors.flatMap { rows[$0, default: []] }
      let terms = all.indices.map { i in
        let keys = keys(i)
        func vector(_ key: Key) -> [Dual] { rows[key.array, default: []][key.index] }
        var row = PlainRow()
        row.row = i
        row.scale = 1 / temperature[i]
        let own = keys.first(where: \.isPositive).map(vector)
        for key in keys {
          let anchor = key.isComparedWithPositive ? own ?? [] : all[i]
          let logit = logits.logit(anchor.dot(vector(key)), scale: row.scale)
          if key.isPositive {
            row.positives.append(logit + Dual(key.logWeight))
            row.positiveBiases.append(key.logWeight)
          } else {
            row.negatives.append(logit)
            row.negativeBiases.append(key.logWeight)
          }
        }
        return function(row)
      }
      guard sides == 2 else { return terms.flatMap { $0 } }
      let count = terms.count / 2
      return (0..<count).flatMap { i in
        zip(terms[i], terms[count + i]).map { ($0 + $1) / 2 }
      }
    }
  }
}
