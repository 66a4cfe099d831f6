import ArgumentParser
import Contrastive
import Foundation

/// InfoNCE's bound on mutual information, where the truth is known: correlated Gaussians.
struct MutualInformationReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "mutual-information",
    abstract: "InfoNCE's bound on mutual information, saturating at log N.",
    discussion: """
      Pairs of Gaussian vectors whose coordinates correlate by ρ share I = −d/2 · log(1 − ρ²) nats. \
      With the best critic there is, log p(y|x)/p(y), the loss certifies log N − L of them.

      Example:
        Experiments reproduce mutual-information --candidates 16,128,1024 --output results/mi
      """)

  @Option(help: ArgumentHelp("The dimension d of the vectors.", valueName: "d"))
  var dimension = 20

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Numbers N of candidates.", valueName: "numbers"))
  var candidates = [NumberList<Double>([16, 128, 1024])]

  @Option(help: ArgumentHelp("How many queries a value is the mean of, at least.", valueName: "n"))
  var queries = 8192

  @Option(help: "The seed of the vectors.")
  var seed: UInt64 = 0

  @OptionGroup var outputOptions: OutputOptions

  /// The true mutual information, in nats.
  static let informations = (0.5...12).grid(count: 24)

  func validate() throws {
    guard dimension > 0, queries > 1 else {
      throw ValidationError("--dimension and --queries: expected at least 1 and 2.")
    }
    guard candidates.numbers.allSatisfy({ $0 >= 2 && $0 <= 65_536 && $0 == $0.rounded() }) else {
      throw ValidationError("--candidates: expected whole numbers from 2 to 65536.")
    }
  }

  private struct Setting: Sendable {
    let information: Double
    let candidates: Int
    let seed: UInt64
  }

  private struct Estimate: Sendable {
    let information: Double

    /// log N.
    let cap: Double
    let candidates: Int
    let bound: Double
    let standardError: Double

    /// How many terms the bound is the mean of.
    let termCount: Int

    /// Half of an interval of 95 %.
    var halfWidth: Double {
      StudentT.quantile(twoSided: 0.95, degrees: termCount - 1) * standardError
    }
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    let counts = candidates.numbers.map { Int($0) }
    let settings = counts.flatMap { count in
      Self.informations.enumerated().map {
        Setting(information: $1, candidates: count, seed: seed &+ UInt64($0))
      }
    }
    let tally = Tally("mutual-information", of: settings.count, "values", progress: progress)
    let estimates = try settings.mapInParallel { setting in
      let estimate = try estimate(setting)
      try tally.step()
      return estimate
    }
    var table = Table(
      "mutual-information",
      columns: [
        Column("candidates", heading: "N"), Column("information", heading: "I", unit: "nats"),
        Column("cap", heading: "log N", unit: "nats"),
        Column("bound", heading: "log N − L", unit: "nats"),
        Column("halfWidth", heading: "± 95 %", unit: "nats", format: .significant(2)),
        Column("standardError", heading: "standard error", unit: "nats", format: .significant(2)),
      ])
    for estimate in estimates {
      table.append(
        estimate.candidates, estimate.information, estimate.cap, estimate.bound,
        estimate.halfWidth, estimate.standardError)
    }
    var report = Report(
      title: "What InfoNCE certifies of a mutual information that is known",
      explanation: "Gaussian pairs in \(dimension) dimensions, with the best critic: what is "
        + "missing between the bound and the truth is the bound's own doing, and only more "
        + "candidates help.",
      tables: [table])
    report.illustrations = Self.illustrations(of: estimates, counts: counts.sorted())
    report.plots = [plot(of: table, counts: counts)]
    report.finding =
      counts.max().map { most in
        let last = estimates.last { $0.candidates == most }
        return
          "Of \((Self.informations.last ?? .nan).text(digits: 3)) nats InfoNCE, with \(most) candidates and the best "
          + "critic there is, certifies \((last?.bound ?? .nan).text(digits: 3)) ± "
          + "\((last?.halfWidth ?? .nan).text(digits: 2)), and can certify no more than log \(most) = "
          + "\((last?.cap ?? .nan).text(digits: 3)) of any."
      } ?? ""
    report.result = ["rows": table]
    return report
  }

  /// The mean of log N − L over batches of N pairs, each the others' negatives.
  private func estimate(_ setting: Setting) throws -> Estimate {
    let correlation = (1 - exp(-2 * setting.information / Double(dimension))).squareRoot()
    var generator = SeededGenerator(seed: setting.seed)
    let count = setting.candidates
    let batchCount = max(1, (queries + count - 1) / count)
    let labels = Array(0..<count)
    var terms: [Double] = []
    for _ in 0..<batchCount {
      let logits = try logits(count, correlation: correlation, using: &generator)
      terms += try SoftmaxCrossEntropy().valueWithGradient(logits: logits, labels: labels, of: [])
        .terms
    }
    let mean = terms.reduce(0, +) / Double(terms.count)
    let variance = terms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(terms.count - 1)
    return Estimate(
      information: setting.information, cap: log(Double(count)), candidates: count,
      bound: try MutualInformation.lowerBound(loss: mean, candidates: count),
      standardError: (variance / Double(terms.count)).squareRoot(), termCount: terms.count)
  }

  /// log p(yⱼ|xᵢ)/p(yⱼ) for N pairs, but for a term of the row alone, which a softmax ignores:
  /// ρ/(1−ρ²)·(xᵢ·yⱼ − ρ/2·‖yⱼ‖²). The square is a further column, so that one product has it all.
  private func logits(
    _ count: Int, correlation: Double, using generator: inout SeededGenerator
  ) throws -> Matrix<Double> {
    let rest = (1 - correlation * correlation).squareRoot()
    let slope = correlation / (rest * rest)
    var (x, y): ([Double], [Double]) = ([], [])
    for _ in 0..<count {
      var square = 0.0
      for _ in 0..<dimension {
        let one = generator.nextNormal()
        let other = correlation * one + rest * generator.nextNormal()
        x.append(slope * one)
        y.append(other)
        square += other * other
      }
      x.append(-slope * correlation / 2)
      y.append(square)
    }
    return try Similarity.dot.matrix(
      Matrix(x, rowCount: count, columnCount: dimension + 1),
      Matrix(y, rowCount: count, columnCount: dimension + 1))
  }

  // MARK: The illustrations

  private static func illustrations(
    of estimates: [Estimate], counts: [Int]
  ) -> [Illustration] {
    // In standard errors, of which four are allowed: one in 15 000 of true values is farther off by chance.
    let above = estimates.map { ($0.bound - $0.information) / $0.standardError }.filter { $0 > 0 }
    let aboveText =
      above.isEmpty
      ? "none lies above its truth"
      : "\(above.count) \(above.count == 1 ? "lies" : "lie") above the truth, by at most "
        + "\((above.max() ?? .nan).text(digits: 2)) of their standard errors"
    let aboveCap = estimates.map { $0.bound - $0.cap }.max() ?? .nan
    let saturated = estimates.filter { $0.information >= $0.cap + 4 }.map { $0.cap - $0.bound }
    // Of fewer candidates the bound misses more of what is small, too.
    let small = estimates.filter { $0.candidates >= 16 && $0.information <= $0.cap / 2 }
    func largestMiss(granting errors: Double) -> Double {
      small.map { ($0.information - $0.bound - errors * $0.standardError) / $0.information }
        .max() ?? .nan
    }
    let (miss, slack) = (largestMiss(granting: 0), largestMiss(granting: 4))
    let shortfall = saturated.max() ?? .nan
    // With more candidates the bound is higher at every truth, up to noise.
    let orders = informations.map { information in
      let bounds = counts.compactMap { count in
        estimates.first { $0.candidates == count && $0.information == information }
      }
      return zip(bounds, bounds.dropFirst()).allSatisfy { few, many in
        many.bound >= few.bound - 4 * (few.standardError + many.standardError)
      }
    }
    let bounds = [
      Illustration(
        "log N − L is a lower bound of the mutual information.",
        paper: .predictiveCoding, "§2.3: I ≥ log N − L", kind: .sampled,
        computed: "of \(estimates.count) estimates \(aboveText)",
        check: "no bound above its truth by more than 4 standard errors",
        isRight: above.allSatisfy { $0 <= 4 })
    ]
    // Of numbers of candidates beside which no truth is large, or none small, there is nothing to show.
    let cap = Illustration(
      "It is never above log N, and the larger the mutual information the closer to it: it "
        + "saturates.",
      paper: .variationalBounds, "the bound I_NCE ≤ log K", kind: .sampled,
      computed: "largest bound less log N: \(aboveCap.text(digits: 2)); where I exceeds log N by "
        + "4 nats or more, at most \(shortfall.text(digits: 2)) below log N",
      check:
        "never above, which follows from L ≥ 0; within 0.25 of it where I exceeds it by 4",
      isRight: aboveCap <= 0 && shortfall < 0.25)
    let tightness = Illustration(
      "The bound becomes tighter as N becomes larger.",
      paper: .predictiveCoding, "§2.3", kind: .sampled,
      computed:
        "the bounds rise with N at \(orders.count { $0 }) of \(orders.count) truths; at I "
        + "up to half of log N they miss \((100 * miss).text(digits: 2)) % of it at most, and "
        + "\((100 * slack).text(digits: 2)) % when 4 standard errors are granted",
      check:
        "at every truth higher with more candidates, 4 standard errors allowed; a fifth of I "
        + "missing at most where I is below half of log N and N is 16 or more, 4 standard errors allowed",
      isRight: orders.allSatisfy { $0 } && slack < 0.2)
    return bounds + (saturated.isEmpty ? [] : [cap]) + (small.isEmpty ? [] : [tightness])
  }

  private func plot(of table: Table, counts: [Int]) -> Plot {
    var plot = Plot(
      name: "mutual-information-bound", title: "Mutual information: certified, and true",
      subject: "Gaussian pairs in \(dimension) dimensions, best critic",
      x: Axis("true mutual information (nats)"), y: Axis("log N − L (nats)", range: 0...12))
    plot.series = counts.map { count in
      Series(
        "N = \(count)", of: table.filtered(by: "candidates", equal: Double(count)),
        x: "information", y: "bound", error: "halfWidth", style: .linesAndPoints)
    }
    plot.series.append(
      Series("truth", points: [Self.informations[0], 12].map { ($0, $0) }))
    plot.referenceLines = counts.map {
      .horizontal(at: log(Double($0)), label: "log \($0)")
    }
    return plot
  }
}
