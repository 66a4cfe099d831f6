import Contrastive
import Foundation

/// The gradient's weights over one query's negatives.
extension WangLiuReproduction {
  /// The temperatures of the figure.
  private static let shown: [Double] = [0.07, 0.1, 0.2, 0.5, 1]

  /// Where the entropy is measured. Below 0.002 the hardest of some thousand negatives takes all but
  /// 1e-16 at some seeds, and nothing is left to fall.
  private static let grid = (0.002...10).logarithmicGrid(count: 75)

  func addWeights(to report: inout Report) throws {
    let samples = (0..<seeds).map { Self.sample(count: negatives, seed: UInt64($0)) }
    let weights = try weightTable(samples)
    let limits = try limitTable(samples)
    let shares = weights.numbers(in: "hardestShare").compactMap(\.self)
    report.finding =
      "The hardest 1 % of \(negatives.words("negative")), with similarities drawn evenly from −1 to 1, get \((100 * (shares.last ?? .nan)).text(digits: 2)) % of the "
      + "gradient at τ = \((Self.grid.last ?? .nan).text(digits: 3)) and "
      + "\((100 * (shares.first ?? .nan)).text(digits: 3)) % at \(Self.grid[0].text(digits: 3))."
    report.illustrations = [
      try agreementWithEquation5(samples), Self.falling(weights, seeds: seeds),
      Self.hardLimit(limits), Self.softLimit(limits),
    ]
    report.tables += [weights, limits]
    report.plots += [try weightPlot(samples[0]), entropyPlot(weights)]
    report.result.add("weights", weights)
    report.result.add("limits", limits)
    report.notes.append(
      "Weights: \(negatives.words("negative")) with similarities drawn evenly from −1 to 1, and a positive "
        + "at \(Self.positive.text(digits: 2)).")
  }

  private static let positive = 0.8

  /// Similarities of negatives, uniform from −1 to 1, from the easiest to the hardest.
  static func sample(count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Double.random(in: -1...1, using: &generator) }.sorted()
  }

  private func weightTable(_ samples: [[Double]]) throws -> Table {
    var table = Table(
      "wang-liu-weights", title: "How the gradient is shared, mean of \(seeds.words("seed"))",
      columns: [
        Column("temperature", heading: "τ"), Column("entropy", unit: "nats"),
        Column("effectiveNegatives", heading: "effective negatives"),
        Column("hardestShare", heading: "hardest 1 %"),
        Column("risingSeeds", heading: "seeds whose entropy rose with τ"),
      ])
    var before = Array(repeating: -Double.infinity, count: seeds)
    for value in Self.grid {
      let weights = try samples.map { sample throws(ContrastiveError) in
        try NegativeWeights(similarities: sample, temperature: Temperature(value))
      }
      let entropies = weights.map(\.entropy)
      let hardest = max(1, negatives / 100)
      table.append(
        value, entropies.mean, weights.map(\.effectiveCount).mean,
        weights.map { $0.weights.suffix(hardest).reduce(0, +) }.mean,
        zip(entropies, before).count { $0 > $1 })
      before = entropies
    }
    return table
  }

  /// The gradients that the loss returns, against the formula.
  private func agreementWithEquation5(_ samples: [[Double]]) throws -> Illustration {
    var (largest, imbalance) = (0.0, 0.0)
    for (sample, value) in samples.flatMap({ sample in Self.shown.map { (sample, $0) } }) {
      let temperature = try Temperature(value)
      let measured = try GradientWeights(
        positive: Self.positive, negatives: sample, temperature: temperature)
      let formula = try NegativeWeights(similarities: sample, temperature: temperature).weights
      for (ours, expected) in zip(measured.relative, formula) {
        largest = max(largest, abs(ours - expected) / expected)
      }
      imbalance = max(
        imbalance, abs(measured.negativeSlopes.reduce(0, +) / measured.positiveSlope - 1))
    }
    return Illustration(
      "r = exp(sᵢ/τ)/Σₖ exp(sₖ/τ) over the negatives, and the negatives' gradients add up to the "
        + "positive's.",
      paper: .behaviour, "eqs. 4 and 5", kind: .sampled,
      computed: "the gradients of InfoNCE are within \(largest.text(digits: 2)) of r, relatively, "
        + "and their sum within \(imbalance.text(digits: 2)) of the positive's",
      // Cosines are rounded to 1 ulp, which an exponent of 1/τ = 14 multiplies; sums of thousands.
      check: "both within 1e-11, the library's tolerance of rounding",
      isRight: largest < 1e-11 && imbalance < 1e-11)
  }

  private static func falling(_ table: Table, seeds: Int) -> Illustration {
    let rising = table.numbers(in: "risingSeeds").compactMap(\.self)
    let entropies = table.numbers(in: "entropy").compactMap(\.self)
    return Illustration(
      "The entropy of r strictly falls as τ falls: the gradient concentrates on the hardest "
        + "negatives.",
      paper: .behaviour, "§3.2 and figure 3", kind: .sampled,
      computed: "from \((entropies.last ?? .nan).text(digits: 4)) nats at τ = "
        + "\((grid.last ?? .nan).text(digits: 3)) to \(entropies[0].text(digits: 3)) at "
        + "\(grid[0].text(digits: 3)), at every one of \((grid.count - 1).words("step")) down in "
        + "\(Int(rising.min() ?? 0)) of \(seeds.words("seed"))",
      check:
        "at every step of \(grid.count.words("temperature")) and with every seed, since dH/dτ = Var(s)/τ³; after first results were seen the grid was "
        + "narrowed to end at 0.002, below which the hardest negative takes all but rounding at some seeds and nothing is left to fall",
      isRight: rising.allSatisfy { $0 == Double(seeds) })
  }

  // MARK: The limits

  /// The loss itself near both ends of the temperature scale.
  private func limitTable(_ samples: [[Double]]) throws -> Table {
    var table = Table(
      "wang-liu-limits", title: "The loss near the ends of the temperature scale",
      columns: [
        Column("limit", heading: "τ →"), Column("positive", heading: "s₊"),
        Column("temperature", heading: "τ"),
        Column("loss", heading: "measured", format: .significant(6)),
        Column("expected", heading: "limit", format: .significant(6)),
        Column("difference", format: .significant(2)), Column("bound", heading: "expected at most"),
      ])
    let sample = samples[0]
    for (positive, value) in [0.5, 1].flatMap({ s in [1e-1, 1e-2, 1e-3].map { (s, $0) } }) {
      let limits = try InfoNCELimits(positive: positive, negatives: sample)
      let loss = try GradientWeights(
        positive: positive, negatives: sample, temperature: Temperature(value)
      ).loss
      let scaled = value * loss
      // log Σ exp is at most the largest exponent and log of the count.
      table.append(
        "0", positive, value, scaled, limits.tripletLoss, scaled - limits.tripletLoss,
        value * log(Double(sample.count + 1)))
    }
    for value in [1e1, 1e2, 1e3] {
      let limits = try InfoNCELimits(positive: Self.positive, negatives: sample)
      let temperature = try Temperature(value)
      let loss = try GradientWeights(
        positive: Self.positive, negatives: sample, temperature: temperature
      ).loss
      // The paper's eq. 7 is the first order; the second is Var/(2τ²), and the variance at most 1.
      let n = Double(sample.count + 1)
      let first = log(n) - (n - 1) / n * (Self.positive - sample.mean) / value
      table.append(
        "∞", Self.positive, value, loss, first, loss - first,
        limits.looseLoss(temperature: temperature) - first + 1 / (value * value * value))
    }
    return table
  }

  private static func hardLimit(_ table: Table) -> Illustration {
    let rows = rows(of: table, limit: "0")
    return Illustration(
      "As τ → 0⁺, τ·L tends to max(s_max − s₊, 0): a triplet loss without margin on the hardest "
        + "negative.",
      paper: .behaviour, "eq. 6", kind: .sampled,
      computed: "at τ = 0.1, 0.01, 0.001 it is off by "
        + rows.map { $0.difference.text(digits: 2) }.joined(separator: ", ")
        + ", with s₊ below, then above s_max",
      check: "above it by at most τ·log N, which is what a sum of N exponentials can add",
      isRight: rows.count == 6 && rows.allSatisfy { (0...$0.bound).contains($0.difference) })
  }

  private static func softLimit(_ table: Table) -> Illustration {
    let rows = rows(of: table, limit: "∞")
    return Illustration(
      "As τ → ∞ the loss tends to log N − (N−1)/(Nτ)·s₊ + 1/(Nτ)·Σ sᵢ: all negatives alike.",
      paper: .behaviour, "eq. 7", kind: .sampled,
      computed: "at τ = 10, 100, 1000 it is off by "
        + rows.map { $0.difference.text(digits: 3) }.joined(separator: ", ")
        + ", the second order of its expansion in 1/τ",
      // Rounding of log N, which is near 8.
      check: "off by at most the next term of the expansion",
      isRight: rows.count == 3 && rows.allSatisfy { abs($0.difference) <= $0.bound + 1e-14 })
  }

  private static func rows(of table: Table, limit: String) -> [(difference: Double, bound: Double)]
  {
    zip(
      table.cells(in: "limit"),
      zip(table.numbers(in: "difference"), table.numbers(in: "bound"))
    ).compactMap { $0 == .string(limit) ? ($1.0 ?? .nan, $1.1 ?? .nan) : nil }
  }

  // MARK: The figures

  private func weightPlot(_ sample: [Double]) throws -> Plot {
    var plot = Plot(
      name: "wang-liu-shares", title: "A negative's share of the gradient",
      subject: "\(negatives) similarities drawn from −1 to 1: figure 3",
      x: Axis("similarity s of the negative"),
      y: Axis("r, relative to an equal share", isLogarithmic: true, range: 1e-6...1e4))
    plot.series = try Self.shown.map { value in
      let weights = try NegativeWeights(similarities: sample, temperature: Temperature(value))
      // Every some, or a curve has thousands of points.
      let step = max(1, sample.count / 200)
      return Series(
        "τ = \(value.text(digits: 3))",
        points: stride(from: 0, to: sample.count, by: step).map {
          (sample[$0], weights.weights[$0] * Double(sample.count))
        })
    }
    return plot
  }

  private func entropyPlot(_ table: Table) -> Plot {
    var plot = Plot(
      name: "wang-liu-entropy", title: "Entropy of the gradient's weights",
      subject: "\(negatives) similarities drawn from −1 to 1",
      x: Axis("temperature τ", isLogarithmic: true), y: Axis("entropy (nats)"))
    plot.series = [
      Series("mean of \(seeds.words("seed"))", of: table, x: "temperature", y: "entropy")
    ]
    plot.referenceLines = [
      .horizontal(at: log(Double(negatives)), label: "all alike: log \(negatives)")
    ]
    return plot
  }
}
