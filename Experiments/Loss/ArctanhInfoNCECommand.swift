import ArgumentParser
import Contrastive

/// In-batch InfoNCE of the log-odds of cosines.
struct ArctanhInfoNCECommand: PairedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "info-nce-arctanh",
    abstract: "In-batch InfoNCE of the logits 2·artanh(cos), without a temperature.",
    discussion: """
      Undefined where a query and a positive have the same direction, or opposite ones.

      Example:
        Experiments loss info-nce-arctanh --queries q.npy --positives k.npy
      """)
  static let title = "InfoNCE of log-odds"
  static let card = LossCard(
    type: "ArctanhInfoNCE",
    formula: "softplus(ℓ − z₊), z = 2·artanh c = log((1 + c)/(1 − c)), ℓ = log Σ e^z",
    candidates: "the batch’s positives",
    positives: "the own one",
    reduction: "mean over queries",
    scale: "no temperature",
    equals: "arXiv 2501.17683, without a clamp")

  @OptionGroup var pairs: PairedOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: ArctanhInfoNCE { ArctanhInfoNCE() }

  /// Names the rows nearest to one direction, or to opposite ones, if their logit is infinite.
  func undefinedReason<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> String? {
    guard [pairs.queries, pairs.positives].allSatisfy(\.isOfRegularFile) else {
      return
        "a query and its positive, or another, have one direction, or opposite ones, for which the loss is undefined"
    }
    let queries = try InputArray<Scalar>(pairs.queries).matrix
    let positives = try InputArray<Scalar>(pairs.positives).matrix
    let (q, k) = (queries.unitRows, positives.unitRows)
    var nearest = (distance: Double.infinity, query: 0, positive: 0)
    for query in q.indices {
      for positive in k.indices {
        let cosine = zip(q[query], k[positive]).reduce(0) { $0 + $1.0 * $1.1 }
        let distance = abs(1 - abs(cosine))
        if distance < nearest.distance { nearest = (distance, query, positive) }
      }
    }
    // A cosine is known to some roundings of the products.
    guard nearest.distance < Double(queries.columnCount) * Double(Scalar.ulpOfOne) else {
      return nil
    }
    return
      "row \(nearest.query) of \(pairs.queries) and row \(nearest.positive) of \(pairs.positives) have one "
      + "direction, or opposite ones, for which the loss is undefined; leave one of them out"
  }
}

extension Matrix where Scalar: FileScalar {
  /// The rows at length 1, those of zeros as they are.
  fileprivate var unitRows: [[Double]] {
    (0..<rowCount).map { row in
      let numbers = (0..<columnCount).map { Double(self[row, $0]) }
      let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 0 ? numbers.map { $0 / length } : numbers
    }
  }
}
