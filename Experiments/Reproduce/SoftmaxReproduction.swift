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
    var example = try TemperatureExample.parse([
      "--negatives", "1023", "--temperatures", "1", "0.07",
    ])
    .report(progress: progress).table("temperature-example")
    report.claims += Self.claims(onExample: example)
    example = Self.withSigns(example)
    example.title = "The article's example: one query, its key at cosine 1, 1023 negatives at −1"
    report.tables.append(example)
    report.result.add("example", example)
    report.finding = Self.finding(onExample: example)
    let distances = limits.numbers(in: "distance").compactMap(\.self)
    let farthest = distances.max() ?? .infinity
    report.illustrations = [
      Illustration(
        "As T → 0 the largest logits share the probability equally; as T → ∞ all do.",
        paper: .sensitivityArticle, "both propositions: σ₀ = m/(eᵀm), σ_∞ = e/k", kind: .example,
        computed: "at T = 0.01 and 10000 no probability of three vectors, one with a tie, is "
          + "farther than \(farthest.text(digits: 2)) from its limit",
        // At T = 10⁴ by expansion: (r − mean r)/(n·T) is at most 4.25/4e4.
        check: "within 2e-4, about twice what is left at T = 10000",
        isRight: distances.count == limits.rows.count && farthest < 2e-4)
    ]
    return report
  }

  private static func claim(on article: String, printed: Table) -> Claim {
    let rows = printed.rows.filter { $0[0] == .string(article) }
    let agreeing = rows.count { $0.last == .boolean(true) }
    let entries = PrintedSoftmax.all.filter { $0.article == article }
    let largest = (PrintedSoftmax.lastDigitErrors(of: entries).max() ?? .nan).text(digits: 2)
    return Claim(
      "The \(rows.count) probabilities that the article prints are right, to the rounding of 64 bits.",
      paper: article == "use" ? .useArticle : .sensitivityArticle,
      "printed results of its code", quote: "\(rows.count) probabilities", evidence: .printed,
      measured:
        "\(PrintedSoftmax.digitsText(of: entries)), by arithmetic of 38 digits; none is off by more than "
        + "\(largest) units of its last digit",
      criterion:
        "every printed digit; of 16 and 17 digits the last may be off by the article's own "
        + "rounding, up to 8 units in the last place of 64 bits",
      settled: .before,
      verdict: Verdict([
        Comparison(
          name: "as the criterion has it; of all, \(PrintedSoftmax.digitsText(of: entries))",
          result: "\(agreeing) of \(rows.count)", holds: agreeing == rows.count)
      ]))
  }

  /// The article's example of a query whose key is at cosine 1 and whose 1023 negatives are at −1.
  private static func claims(onExample table: Table) -> [Claim] {
    let losses = table.numbers(in: "loss").map { $0 ?? .nan }
    let naive = table.numbers(in: "naiveFloat32").map { $0 ?? .nan }
    let floors = table.numbers(in: "feasibleFloor").map { $0 ?? .nan }
    return [
      Claim(
        "At τ = 1 the loss of pairs that are separated perfectly is still 4.94.",
        paper: .useArticle, "Applications", quote: "−log(e/(e + 1023e⁻¹)) = 4.94",
        evidence: .printed,
        measured:
          "\(losses[0].text(digits: 10)) for one query; in a batch, where negatives cannot all "
          + "be opposite to each other, no embeddings come below \(floors[0].text(digits: 4))",
        criterion: "every printed digit", settled: .before,
        verdict: Verdict([
          Comparison(
            name: "printed as 4.94", result: losses[0].text(digits: 10),
            holds: ("4.94" as PrintedNumber).agrees(with: losses[0]))
        ])),
      Claim(
        "At τ = 0.07 that loss is literally 0.0.",
        paper: .useArticle, "Applications", quote: "the loss will now become literally 0.0",
        evidence: .printed,
        measured:
          "\(losses[1].text(digits: 10)), which rounds to 0.0 and is not 0; the formula as it reads gives "
          + "\(Self.signed(naive[1])) in 32 bits, by rounding. In a batch no embeddings come below "
          + floors[1].text(digits: 4),
        criterion: "“literally”: exactly 0",
        settled: .after(
          "for a time, that it rounds to 0.0, the printed digit, counted as a part",
          verdicts: [.doesNotAgree, .agreesInPart]),
        verdict: Verdict([
          Comparison(
            name: "which rounds to 0.0 and is not 0", result: losses[1].text(digits: 3),
            holds: losses[1] == 0)
        ])),
    ]
  }

  /// The example with the sign of a zero, which elsewhere is a result's sign of nothing: here it is the result.
  private static func withSigns(_ example: Table) -> Table {
    var table = Table(example.name, title: example.title, columns: example.columns)
    let naive = example.numbers(in: "naiveFloat32")
    for (cells, naive) in zip(example.rows, naive) {
      table.append(
        row: zip(example.columns, cells).map { column, cell -> (any JSONRepresentable)? in
          guard column.name == "naiveFloat32", let naive, naive == 0 else { return cell }
          return signed(naive)
        })
    }
    return table
  }

  /// A number that may be −0.0.
  private static func signed(_ value: Double) -> String {
    value == 0 ? (value.sign == .minus ? "−0.0" : "0.0") : value.text(digits: 8)
  }

  private static func finding(onExample example: Table) -> String {
    let losses = example.numbers(in: "loss").map { ($0 ?? .nan).text(digits: 3) }
    return
      "Of the probabilities that two articles print \(PrintedSoftmax.digitsText(of: PrintedSoftmax.all)). "
      + "The loss that one calls “literally 0.0” is \(losses[1]) at τ = 0.07, after \(losses[0]) at τ = 1."
  }
}
