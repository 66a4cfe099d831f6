import ArgumentParser

/// The numbers that two articles on the softmax with temperature print.
struct SoftmaxReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "softmax",
    abstract: "The numbers and figures of two articles on the softmax with temperature.",
    discussion: """
      The report of `softmax-temperature`, as claims.

      Example:
        Experiments reproduce softmax --output results/softmax
      """)

  @OptionGroup var outputOptions: OutputOptions

  func reproduce(progress: ProgressLine) throws -> Report {
    var report = SoftmaxTemperature.articlesReport()
    let printed = report.table("softmax-printed")
    let limits = report.table("softmax-limits")
    report.claims = Set(PrintedSoftmax.all.map(\.article)).sorted().map { article in
      Self.claim(on: article, printed: printed)
    }
    let distances = limits.numbers(in: "distance").compactMap(\.self)
    let farthest = distances.max() ?? .infinity
    report.claims.append(
      Claim(
        "As T → 0 the largest logits share the probability equally; as T → ∞ all do.",
        paper: nil, "“Softmax sensitivity to temperature”, both propositions",
        measured: "at T = 0.01 and 10000 no probability of three vectors, one with a tie, is "
          + "farther than \(farthest.text(digits: 2)) from its limit",
        // At T = 10⁴ by expansion: (r − mean r)/(n·T) is at most 4.25/4e4.
        agrees: distances.count == limits.rows.count && farthest < 2e-4))
    return report
  }

  private static func claim(on article: String, printed: Table) -> Claim {
    let rows = printed.rows.filter { $0[0] == .string(article) }
    let agreeing = rows.count { $0.last == .boolean(true) }
    return Claim(
      "The \(rows.count) probabilities that the article prints are right.",
      paper: nil,
      article == "use"
        ? "“The Use of Temperature in Softmax”" : "“Softmax sensitivity to temperature”",
      measured: "\(agreeing) of \(rows.count) agree to every printed digit",
      agrees: agreeing == rows.count)
  }
}
