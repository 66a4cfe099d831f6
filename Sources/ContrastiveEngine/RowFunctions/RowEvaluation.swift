import ContrastiveKernels
import RealModule

/// What a row function made of some rows: terms, slopes, and what the diagnostics report.
package struct RowEvaluation: Sendable {
  /// Every term, unweighted, row by row.
  package var values: [Double] = []

  /// Σ w·φ.
  package var value = 0.0

  /// d Σ w·φ / d log s of every row.
  package var logScaleSlopes: [Double] = []

  package var slopes: RowSlopes

  package var observations = RowObservations()

  /// Some rows, and those after them.
  ///
  /// An array is joined while the parts still have those behind it, and no longer those before it: never is twice as much
  /// held as is there in the end.
  package init(_ function: any RowFunction, of parts: consuming [RowEvaluation]) {
    slopes = RowSlopes(function)
    for part in parts.indices {
      value += parts[part].value
      observations.add(parts[part].observations)
    }
    values = Self.join(&parts) { $1(&$0.values) }
    logScaleSlopes = Self.join(&parts) { $1(&$0.logScaleSlopes) }
    for t in slopes.terms.indices {
      slopes.terms[t].shift = Self.join(&parts) { $1(&$0.slopes.terms[t].shift) }
      slopes.terms[t].factor = Self.join(&parts) { $1(&$0.slopes.terms[t].factor) }
    }
    slopes.positives = Self.join(&parts) { $1(&$0.slopes.positives) }
    slopes.totals = Self.join(&parts) { $1(&$0.slopes.totals) }
    slopes.sums = Self.join(&parts) { $1(&$0.slopes.sums) }
  }

  /// Joins an array of every part, which is gone from there then.
  ///
  /// - Parameter body: Gives a part's array to what it is called with.
  private static func join(
    _ parts: inout [RowEvaluation], _ body: (inout RowEvaluation, (inout [Double]) -> Void) -> Void
  ) -> [Double] {
    var count = 0
    for part in parts.indices { body(&parts[part]) { count += $0.count } }
    var joined: [Double] = []
    joined.reserveCapacity(count)
    for part in parts.indices {
      body(&parts[part]) {
        joined += $0
        $0 = []
      }
    }
    return joined
  }

  init(slopes: RowSlopes) { self.slopes = slopes }

  /// Adds the rows after these.
  mutating func append(_ next: RowEvaluation) {
    values += next.values
    value += next.value
    logScaleSlopes += next.logScaleSlopes
    slopes.append(next.slopes)
    observations.add(next.observations)
  }
}

/// Evaluates a row function on statistics and positives.
package struct RowEvaluator: Sendable {
  package let function: any RowFunction
  package let scales: RowScales
  package let weights: TermWeights

  /// Whether every row has one positive, so that it has a rank.
  package let hasSinglePositive: Bool

  package let observes: Bool

  package init(
    _ function: any RowFunction, scales: RowScales, weights: TermWeights, hasSinglePositive: Bool,
    observes: Bool
  ) {
    self.function = function
    self.scales = scales
    self.weights = weights
    self.hasSinglePositive = hasSinglePositive
    self.observes = observes
  }

  package func evaluate(
    _ rows: Range<Int>, statistics: RowStatistics, positives: PositiveLogits = PositiveLogits()
  ) -> RowEvaluation {
    let termCount = function.hasTermPerPositive ? positives.logits.count : rows.count
    let firstTerm = function.hasTermPerPositive ? positives.first : rows.lowerBound
    var terms = RowTerms(
      rows: rows, scales: rows.map { scales[$0] },
      logSumExp: statistics.exponents.indices.map { statistics.logSumExp(exponent: $0) },
      negativeCounts: statistics.counts, totals: statistics.totals, positives: positives,
      weights: (0..<termCount).map { weights[firstTerm + $0] },
      hasTermPerPositive: function.hasTermPerPositive)
    function.evaluate(&terms)

    var result = RowEvaluation(slopes: RowSlopes(function))
    result.values = terms.values
    for (weight, value) in zip(terms.weights, terms.values) { result.value += weight * value }
    result.logScaleSlopes = logScaleSlopes(terms, statistics: statistics, positives: positives)
    result.slopes = RowSlopes(function, terms: terms, statistics: statistics)
    if observes {
      observe(terms, statistics: statistics, positives: positives, in: &result.observations)
    }
    return result
  }

  /// d/d log s of every row: Σ slope·z over all candidates, and what the function says besides. Biases
  /// do not depend on s.
  private func logScaleSlopes(
    _ terms: RowTerms, statistics: RowStatistics, positives: PositiveLogits
  ) -> [Double] {
    var result = terms.logScaleSlopes
    let (exponents, slopeFactors) = (function.exponents, function.slopeFactors)
    for t in exponents.indices {
      // Equal factors are told apart so that an exponent of 0 divides nothing.
      let share = slopeFactors[t] == exponents[t] ? 1 : slopeFactors[t] / exponents[t]
      let (means, biases) = (statistics.means(exponent: t), statistics.biasMeans(exponent: t))
      for row in result.indices {
        result[row] += terms.logSumExpSlopes[t][row] * share * (means[row] - biases[row])
      }
    }
    for row in result.indices {
      for p in terms.positives(of: row) {
        let logit = positives.logits[p] - (positives.biases?[p] ?? 0)
        result[row] += terms.positiveSlopes[p] * logit
      }
      result[row] += terms.totalSlopes[row] * terms.totals[row]
    }
    return result
  }

  private func observe(
    _ terms: RowTerms, statistics: RowStatistics, positives: PositiveLogits,
    in observations: inout RowObservations
  ) {
    let entropies = statistics.entropies()
    let ranks = hasSinglePositive ? statistics.positiveRanks : nil
    for row in terms.indices {
      let own = terms.positives(of: row)
      let positiveCount = terms.arePositive.map { flags in own.count { flags[$0] } } ?? own.count
      let counts = CandidateCounts(
        negatives: terms.negativeCounts[row], positives: positiveCount,
        heldApart: own.count - positiveCount)
      observations.rowCount += 1
      observations.negativeCount += counts.negatives + counts.heldApart
      if let chance = function.chance(of: counts, scale: terms.scales[row]) {
        let count = terms.terms(of: row).count
        observations.chanceCount += count
        observations.chance += Double(count) * chance
      }
      let hasSum = statistics.sums[0].sum[row] > 0
      if counts.heldApart > 0 {
        let held = heldApart(in: terms, row: row)
        observations.add(
          entropy: entropy(
            of: held.map { function.exponents[0] * $0.logit }, logSumExp: terms.logSumExp[0][row],
            entropy: hasSum ? entropies[row] : nil))
        for negative in held {
          observations.negativeSimilarity +=
            (negative.logit - negative.bias) / terms.scales[row]
        }
      } else if hasSum {
        observations.add(entropy: entropies[row])
      }
      observations.negativeSimilarity += terms.totals[row] / terms.scales[row]
      guard hasSinglePositive else { continue }
      let logit = terms.positives[row] - (positives.biases?[row] ?? 0)
      observations.positiveSimilarity += logit / terms.scales[row]
      if let ranks { observations.add(rank: ranks[row]) }
    }
  }
  /// A row's negatives that are held apart, with biases and what of each is bias.
  private func heldApart(in terms: RowTerms, row: Int) -> [(logit: Double, bias: Double)] {
    guard let flags = terms.arePositive else { return [] }
    return terms.positives(of: row).filter { !flags[$0] }
      .map { (terms.positives[$0], terms.logWeight(ofPositive: $0)) }
  }

  /// The entropy of the weights of a row's negatives, some of which are held apart: log Σ e^z − Σ p·z.
  ///
  /// - Parameters:
  ///   - logits: Of those that are held apart.
  ///   - logSumExp: Of the others.
  ///   - entropy: Of the others; nil if there are none.
  private func entropy(of logits: [Double], logSumExp: Double, entropy: Double?) -> Double {
    let largest = logits.reduce(entropy == nil ? -.infinity : logSumExp, max)
    var sum = entropy == nil ? 0 : Double.exp(logSumExp - largest)
    // Of the others the mean of z is log Σ e^z less their entropy.
    var moment = entropy.map { sum * (logSumExp - largest - $0) } ?? 0
    for logit in logits {
      let weight = Double.exp(logit - largest)
      sum += weight
      moment += weight * (logit - largest)
    }
    return .log(sum) - moment / sum
  }
}
