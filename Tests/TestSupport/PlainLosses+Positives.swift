public import Contrastive

extension PlainLoss {
  /// What a column is to a row: a positive of a weight, a negative, or nothing.
  public enum PairRole: Hashable, Sendable {
    case positive(weight: Double)
    case negative
    case nothing
  }

  /// The cross-entropy of rows that may have several positives, in a form.
  public static func positives(
    _ inputs: [String: Matrix<Double>], form: PositiveForm, temperature: Double,
    role: @escaping @Sendable (_ query: Int, _ key: Int) -> PairRole
  ) -> PlainLoss {
    let keyCount = inputs["keys"]?.rowCount ?? 0
    return PlainLoss(
      inputs, temperature: temperature,
      isCounted: { query in (0..<keyCount).contains { role(query, $0).isPositive } }
    ) { rows, temperature in
      termsOfRows(
        rows["queries", default: []], rows["keys", default: []], form: form,
        temperature: { temperature[$0] }, role: role)
    }
  }

  /// Half of that of the images and then half of that of the texts; the loss is the sum of both means.
  public static func positivesBothWays(
    _ inputs: [String: Matrix<Double>], form: PositiveForm, temperature: Double,
    role: @escaping @Sendable (_ image: Int, _ text: Int) -> PairRole
  ) -> PlainLoss {
    let (imageCount, textCount) = (inputs["images"]?.rowCount ?? 0, inputs["texts"]?.rowCount ?? 0)
    let images = (0..<imageCount).filter { i in
      (0..<textCount).contains { role(i, $0).isPositive }
    }
    let texts = (0..<textCount).filter { j in
      (0..<imageCount).contains { role($0, j).isPositive }
    }
    return PlainLoss(
      inputs, temperature: temperature,
      weight: {
        $0 < imageCount ? 1 / Double(max(1, images.count)) : 1 / Double(max(1, texts.count))
      }
    ) { rows, temperature in
      let (images, texts) = (rows["images", default: []], rows["texts", default: []])
      let both =
        termsOfRows(images, texts, form: form, temperature: { temperature[$0] }, role: role)
        + termsOfRows(
          texts, images, form: form, temperature: { temperature[images.count + $0] },
          role: { role($1, $0) })
      return both.map { $0 / 2 }
    }
  }

  private static func termsOfRows(
    _ rows: Rows, _ columns: Rows, form: PositiveForm, temperature: (Int) -> Dual,
    role: (Int, Int) -> PairRole
  ) -> [Dual] {
    rows.indices.map { i in
      var (positives, weights, negatives): ([Dual], [Double], [Dual]) = ([], [], [])
      for j in columns.indices {
        let logit = rows[i].dot(columns[j]) / temperature(i)
        switch role(i, j) {
        case .nothing: break
        case .negative: negatives.append(logit)
        case .positive(let weight):
          positives.append(logit)
          weights.append(weight)
        }
      }
      guard !positives.isEmpty else { return 0 }
      if form == .sumInside {
        func mass(_ logits: [Dual]) -> Dual { logits.reduce(0) { $0 + .exp($1) } }
        return .log(onePlus: mass(negatives) / mass(positives))
      }
      let total = weights.reduce(0, +)
      return positives.indices.reduce(0) { (sum: Dual, p: Int) -> Dual in
        var rivals = negatives
        if form == .meanOutside {
          rivals += positives.indices.filter { $0 != p }.map { positives[$0] }
        }
        let mass: Dual = rivals.reduce(0) { $0 + .exp($1 - positives[p]) }
        return sum + Dual(weights[p] / total) * .log(onePlus: mass)
      }
    }
  }

  /// Σ log(1 + exp(−u)) over an image's positives and Σ log(1 + exp(u)) over its negatives, u = cos/τ + b.
  public static func sigLIPPositives(
    _ inputs: [String: Matrix<Double>], temperature: Double,
    role: @escaping @Sendable (_ image: Int, _ text: Int) -> PairRole
  ) -> PlainLoss {
    var loss = PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let (images, texts) = (rows["images", default: []], rows["texts", default: []])
      let bias = rows["bias", default: []][0][0]
      return images.indices.map { i in
        texts.indices.reduce(0) { (sum: Dual, j: Int) -> Dual in
          let logit = images[i].dot(texts[j]) / temperature[i] + bias
          return switch role(i, j) {
          case .nothing: sum
          case .negative: sum + .log(onePlus: .exp(logit))
          case .positive: sum + .log(onePlus: .exp(0 - logit))
          }
        }
      }
    }
    loss.unitInputs = ["bias"]
    return loss
  }
}

extension PlainLoss.PairRole {
  /// Whether it is a positive.
  public var isPositive: Bool { if case .positive = self { true } else { false } }
}
