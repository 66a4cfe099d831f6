import ArgumentParser
import Contrastive
import Foundation

/// NormFace's lower bound: its figure, its numbers, and points that train down onto it.
struct LossFloorReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "loss-floor",
    abstract: "NormFace's lower bound of the softmax loss, and points that train onto it.",
    discussion: """
      The report of `loss-floor`, as claims.

      Example:
        Experiments reproduce loss-floor --output results/loss-floor
      """)

  @Option(help: "The seed of the points that are trained.")
  var seed: UInt64 = 0

  @OptionGroup var outputOptions: OutputOptions

  func reproduce(progress: ProgressLine) throws -> Report {
    var report = try LossFloor.parse(["--seed", "\(seed)"]).report(progress: progress)
    let optimised = report.table("loss-floor-optimised")
    report.claims = [try Self.claim(onQuoted: report.table("loss-floor-quoted"))]
    report.illustrations = try Self.illustrations(onOptimised: optimised)
    report.finding = try Self.finding(onOptimised: optimised)
    report.plots = report.plots.flatMap { plot in
      plot.name == "loss-floor-descent" ? Self.panels(of: plot) : [plot]
    }
    return report
  }

  /// A figure for each dimension, each with ends of its own: of all at once more curves are alike than can be told apart, and
  /// where no simplex fits they end twelve decades above those of where one does.
  static func panels(of plot: Plot) -> [Plot] {
    let curves = zip(LossFloor.problems, plot.series).map {
      (dimension: $0.dimension, scale: $0.scale, points: $1.points)
    }
    return Set(curves.map(\.dimension)).sorted(by: >).map { dimension in
      var panel = Plot(
        name: "\(plot.name)-\(dimension)", title: plot.title,
        subject: plot.subject.replacing("in d dimensions", with: "in \(dimension) dimensions"),
        x: plot.x, y: plot.y)
      panel.series = curves.filter { $0.dimension == dimension }.map { curve in
        Series(
          "s = \(curve.scale.text(digits: 3))", points: curve.points.map { ($0.x, $0.y) })
      }
      // Where rounding is reached, what is below it is cut off.
      if let least = panel.verticalValues.min(), least > 1e-6 { panel.y.range = nil }
      return panel
    }
  }

  private static func claim(onQuoted table: Table) throws -> Claim {
    // The loss of a simplex is the floor, and minus it the log of the probability.
    let attainable = try [10, 1000].map { count in
      exp(-(try CandidateSet.classes(count).floor(temperature: 1).value)).text(digits: 3)
    }
    let printed = table.cells(in: "printed").map { cell in
      if case .string(let text)? = cell { text } else { "–" }
    }
    let ours = table.numbers(in: "value").compactMap { $0?.text(digits: 4) }
    return Claim(
      "At s = 1 a class with all others opposite to it has a probability of 0.45 (n = 10) or 0.007 "
        + "(n = 1000), and of CASIA-WebFace's 9.27 nats of chance 8.27 are bound.",
      paper: .normFace, "§3.3", quote: printed.joined(separator: ", "), evidence: .printed,
      measured: ours.joined(separator: ", ")
        + "; no more than two classes can all be opposite: the best that all can have at once is "
        + "\(attainable[0]) (n = 10) and \(attainable[1]) (n = 1000); the 8.50 nats at which the paper's own training ended are not measured here",
      criterion: "every printed digit", settled: .before,
      verdict: Verdict(
        zip(printed, zip(ours, table.cells(in: "agrees"))).map { text, computed in
          Comparison(
            name: "printed as \(text)", result: computed.0, holds: computed.1 == .boolean(true))
        }))
  }

  /// How far above the bound descent ends, relative to it: where a simplex fits, and elsewhere.
  private static func gaps(in table: Table) -> (attained: [Double], others: [Double]) {
    let gaps = zip(table.numbers(in: "relativeGap"), table.cells(in: "attainable")).map {
      (gap: $0 ?? .nan, isAttainable: $1 == .boolean(true))
    }
    return (gaps.filter(\.isAttainable).map(\.gap), gaps.filter { !$0.isAttainable }.map(\.gap))
  }

  /// The dimensions of a descent, largest first.
  private static func dimensions(in table: Table, attainable: Bool) -> String {
    let dimensions = zip(table.numbers(in: "dimension"), table.cells(in: "attainable"))
      .compactMap { $1 == .boolean(attainable) ? $0 : nil }
    return Set(dimensions).sorted(by: >).map { $0.text(digits: 3) }.joined(separator: ", ")
  }

  /// How far above the bound two orthogonal simplices of ten points are, relative to it: of two and eight
  /// points, three and seven, and so on. Eight dimensions hold them, and no simplex of all ten.
  ///
  /// A point of a simplex of k has itself at cosine 1, k − 1 others at −1/(k − 1), and the rest at 0.
  static func gapsOfTwoSimplices(scale: Double) throws -> [Double] {
    func loss(_ k: Double) -> Double {
      log(exp(scale) + (k - 1) * exp(-scale / (k - 1)) + 10 - k) - scale
    }
    let bound = try CandidateSet.classes(10).floor(temperature: Temperature(scale: scale)).value
    return [2.0, 3, 4, 5].map { k in
      (k * loss(k) + (10 - k) * loss(10 - k)) / 10 / bound - 1
    }
  }

  /// Of the best two, at the scales of the descents in eight dimensions.
  private static func leastGapsOfTwoSimplices() throws -> [Double] {
    try LossFloor.problems.filter { $0.dimension == 8 }.map {
      try gapsOfTwoSimplices(scale: $0.scale).min() ?? .nan
    }
  }

  /// Which descents were cut short, in words to follow others: they may come lower yet.
  private static func unfinished(in table: Table) -> String {
    let cut = table.rows.indices.filter { table.cells(in: "converged")[$0] == .boolean(false) }.map
    {
      row in
      ["dimension", "scale"].map { (table.numbers(in: $0)[row] ?? .nan).text(digits: 3) }
    }
    return cut.isEmpty
      ? ""
      : ", still falling when it was cut short in "
        + cut.map { "\($0[0]) at s = \($0[1])" }.joined(separator: " and in ")
  }

  private static func percent(_ share: Double) -> String { (100 * share).text(digits: 2) + " %" }

  private static func finding(onOptimised table: Table) throws -> String {
    let (attained, others) = gaps(in: table)
    let least = try leastGapsOfTwoSimplices().min() ?? .nan
    return
      "Ten free points end within \((attained.max() ?? .nan).text(digits: 2)) of NormFace's bound, "
      + "relative to it, in \(dimensions(in: table, attainable: true)) dimensions, where a simplex fits. In "
      + "\(dimensions(in: table, attainable: false)), where none fits, they end \(percent(others.min() ?? .nan)) "
      + "to \(percent(others.max() ?? .nan)) above it, by dimension and scale, from one start\(unfinished(in: table)); two orthogonal "
      + "simplices, in 8, are \(percent(least)) above it at the least. The numbers that the paper prints "
      + "for s = 1 are arithmetic; no network was trained."
  }

  /// That nothing is below the bound, that a simplex reaches it, and that nothing else does.
  private static func illustrations(onOptimised table: Table) throws -> [Illustration] {
    let (attained, others) = gaps(in: table)
    let (farthest, nearest) = (attained.map(abs).max() ?? .nan, others.min() ?? .nan)
    let below = attained.count { $0 < 0 }
    let elsewhere = dimensions(in: table, attainable: false)
    let twoSimplices = try leastGapsOfTwoSimplices()
    let inEight = zip(table.numbers(in: "dimension"), table.numbers(in: "relativeGap"))
      .compactMap { $0 == 8 ? $1 : nil }
    return [
      Illustration(
        "log(1 + (n−1) e^(−s n/(n−1))) is a lower bound of the loss, and points that are free to "
          + "move reach it.",
        paper: .normFace, "proposition 2", kind: .descent,
        computed: "10 points in 9 dimensions end within \(farthest.text(digits: 2)) of the bound, "
          + "relative to it, at s = 1, 2 and 4, \(below == 0 ? "none" : "\(below)") below it; in \(elsewhere) dimensions, where no simplex fits, the same "
          + "descent ends \(percent(nearest)) above it or more",
        // Rounding of the loss itself, some ten epsilons.
        check: "not below, but for rounding (1e-14), and above by 1e-6 at most",
        isRight: attained.count == 3 && attained.allSatisfy { $0 < 1e-6 && $0 > -1e-14 }),
      Illustration(
        "With fewer than n − 1 dimensions the bound holds, and nothing reaches it.",
        paper: nil, "the equality case of proposition 2's proof: a regular simplex",
        kind: .descent,
        computed:
          "10 points in \(elsewhere) dimensions, from one start\(unfinished(in: table)), stay \(percent(nearest)) to "
          + "\(percent(others.max() ?? .nan)) above it; in 8 by "
          + inEight.map { $0.text(digits: 3) }.joined(separator: ", ")
          + " of it at s = 1, 2, 4; two orthogonal simplices, which "
          + "8 dimensions hold, are above it by "
          + twoSimplices.map { $0.text(digits: 3) }.joined(separator: ", ")
          + ", those with the best numbers of points",
        check: "above it by a thousandth at least",
        isRight: others.count == 9 && others.allSatisfy { $0 > 1e-3 }),
    ]
  }
}
