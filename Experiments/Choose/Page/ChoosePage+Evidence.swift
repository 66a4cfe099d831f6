import Contrastive

extension ChoosePage {
  /// What the sentence rests on: recall over the temperatures that were trained at, as a picture and in numbers.
  var evidencePanel: HTML? {
    evidence.map { evidence in
      """
      <section class="evidence" aria-labelledby="evidence-heading">
      <h2 id="evidence-heading">Recall@1 after training at each temperature</h2>
      <p class="note">The share of the \(evidence.testCount) test queries that rank their own key first among as many, \
      the mean over seeds. It decides; MRR, the mean of 1/rank, has no part in the verdict. Ranges hold with 95 % for all temperatures at once. Which temperatures differ is judged by “less the best”, query by query: \
      where that range leaves out 0 they do, also if the ranges of recall overlap. \(legend)</p>
      <div class="figure" id="evidence" role="img"></div>
      <table>
      <thead><tr><th scope="col">τ</th><th scope="col">recall@1</th><th scope="col">less the best</th>\
      <th scope="col">MRR</th><th scope="col">verdict</th></tr></thead>
      <tbody>
      \((evidence.points + [evidence.untrained]).map { row($0) })
      </tbody>
      </table>
      </section>
      """
    }
  }

  /// What to bear in mind before the sentence is used.
  var cautionList: HTML? {
    guard !cautions.isEmpty else { return nil }
    return """
      <section class="cautions" aria-labelledby="cautions-heading">
      <h2 id="cautions-heading">Before you use it</h2>
      <ul>
      \(cautions.map { "<li>\(HTML(sentences: $0))</li>" as HTML })
      </ul>
      </section>
      """
  }

  private var legend: String {
    temperature == nil
      ? "Rings are not told apart from the best, grey dots are worse."
      : "The large dot is the one that the sentence names, rings are not told apart from the best, grey dots are worse."
  }

  private func row(_ point: RecallEvidence.Point) -> HTML {
    let isUse = point.temperature != nil && point.temperature == temperature
    let name = point.temperature.map { $0.text(digits: 3) } ?? "–"
    let difference: HTML =
      point.difference.map { "\(Self.signed($0.value)) \(Self.range($0.range, Self.signed))" }
      ?? "–"
    return """
      <tr\(isUse ? " class=\"use\"" as HTML : "")><th scope="row">\(name)</th>\
      <td>\(Self.fixed(point.recall)) \(Self.range(point.range, Self.fixed))</td><td>\(difference)</td>\
      <td>\(Self.fixed(point.meanReciprocalRank))</td><td>\(point.verdict)</td></tr>
      """
  }

  private static func range(
    _ range: ClosedRange<Double>, _ text: (Double) -> String
  ) -> HTML {
    "<span class=\"range\">\(text(range.lowerBound)) to \(text(range.upperBound))</span>"
  }

  /// Three decimals, as the terminal has them.
  private static func fixed(_ value: Double) -> String {
    value.text(decimals: 3).replacing("-", with: "−")
  }

  /// The same of a number whose sign is the verdict.
  private static func signed(_ value: Double) -> String {
    value.signedText(decimals: 3).replacing("-", with: "−")
  }
}
