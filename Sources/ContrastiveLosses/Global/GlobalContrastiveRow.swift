import ContrastiveEngine
import RealModule

/// log u of every anchor, after its average has moved toward g = mean exp(zⱼ − z₊); and the slopes of τ·g/ū + τ·(log ū + ρ),
/// where ū and the first τ are constants, or without ρ those of g/ū.
///
/// Of averages without positives, g = mean exp zⱼ, the slopes are those of the same less c₊.
///
/// The values are what the normalizers become, and no terms: these are made of them.
struct GlobalContrastiveRow: RowFunction {
  let gamma: Double
  let rho: Double?

  /// Whether what is averaged is relative to the positive.
  var isRelative = true

  /// log u of the anchors before, from the first of these rows on; −∞ before their first visit.
  var previous: [Double]

  var canBeNegative: Bool { true }

  func evaluate(_ rows: inout RowTerms) {
    let (logGamma, logRest) = (Double.log(gamma), Double.log(onePlus: -gamma))
    for row in rows.indices {
      // Nothing to average, and nothing to learn.
      guard rows.negativeCounts[row] > 0 else {
        rows.values[row] = -.infinity
        continue
      }
      let positive = rows.positives[row]
      let mean =
        rows.logSumExp[0][row] - (isRelative ? positive : 0)
        - .log(Double(rows.negativeCounts[row]))
      let before = previous[rows.rows.lowerBound + row]
      let normalizer =
        before == -.infinity ? mean : logAddExp(logRest + before, logGamma + mean)
      rows.values[row] = normalizer

      let weighted = rho == nil ? rows.weights[row] : rows.weights[row] / rows.scales[row]
      let slope = weighted * .exp(mean - normalizer)
      rows.logSumExpSlopes[0][row] = slope
      rows.positiveSlopes[row] = isRelative ? -slope : -weighted
      // c₊ = z₊/s does not change with s.
      if let rho {
        rows.logScaleSlopes[row] = -weighted * (normalizer + rho - (isRelative ? 0 : positive))
      }
    }
  }

  /// It depends on what was averaged before.
  func chance(of candidates: CandidateCounts, scale: Double) -> Double? { nil }
}
