import ArgumentParser

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
    report.claims =
      [Self.claim(onQuoted: report.table("loss-floor-quoted"))]
      + Self.claims(onOptimised: report.table("loss-floor-optimised"))
    return report
  }

  private static func claim(onQuoted table: Table) -> Claim {
    let printed = table.cells(in: "printed").map { cell in
      if case .string(let text)? = cell { text } else { "–" }
    }
    let ours = table.numbers(in: "value").compactMap { $0?.text(digits: 4) }
    return Claim(
      "Without a scale the softmax loss is all but stuck at chance.",
      paper: .normFace, "§3.3: \(printed.joined(separator: ", "))",
      measured: ours.joined(separator: ", "),
      agrees: table.cells(in: "agrees").allSatisfy { $0 == .boolean(true) })
  }

  /// That nothing is below the bound, that a simplex reaches it, and that nothing else does.
  private static func claims(onOptimised table: Table) -> [Claim] {
    let gaps = zip(table.numbers(in: "relativeGap"), table.cells(in: "attainable")).map {
      (gap: $0 ?? .nan, isAttainable: $1 == .boolean(true))
    }
    let attained = gaps.filter(\.isAttainable).map(\.gap)
    let others = gaps.filter { !$0.isAttainable }.map(\.gap)
    let (farthest, nearest) = (attained.max() ?? .nan, others.min() ?? .nan)
    return [
      Claim(
        "log(1 + (n−1) e^(−s n/(n−1))) is a lower bound of the loss, and points that are free to "
          + "move reach it.",
        paper: .normFace, "proposition 2",
        measured: "10 points in 9 dimensions end within \(farthest.text(digits: 2)) of the bound, "
          + "relative to it, at s = 1, 2 and 4, and none below it",
        // Rounding of the loss itself, some ten epsilons.
        agrees: attained.count == 3 && attained.allSatisfy { $0 < 1e-6 && $0 > -1e-14 }),
      Claim(
        "With fewer than n − 1 dimensions the bound holds, and nothing reaches it.",
        paper: nil, "the equality case of proposition 2's proof: a regular simplex",
        measured: "10 points in 5 and 4 dimensions stay \((100 * nearest).text(digits: 2)) % "
          + "above it or more",
        agrees: others.count == 6 && others.allSatisfy { $0 > 1e-3 }),
    ]
  }
}
