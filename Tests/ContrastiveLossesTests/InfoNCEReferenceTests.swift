import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("InfoNCE equals the reference")
struct InfoNCEReferenceTests {
  static let cases = Reference.named("info-nce").cases
  static let queueCases = Reference.named("moco").cases

  @Test("in Double, in every tiling and strategy", arguments: cases)
  func double(_ reference: Reference.Case) throws {
    try check(reference, as: Double.self)
  }

  @Test("in Float, in every tiling and strategy", arguments: cases)
  func float(_ reference: Reference.Case) throws {
    try check(reference, as: Float.self)
  }

  @Test("with a queue's unit rows, in Double", arguments: queueCases)
  func doubleQueue(_ reference: Reference.Case) throws {
    try checkQueue(reference, as: Double.self)
  }

  @Test("with a queue's unit rows, in Float", arguments: queueCases)
  func floatQueue(_ reference: Reference.Case) throws {
    try checkQueue(reference, as: Float.self)
  }

  func check<Scalar: EmbeddingScalar>(
    _ reference: Reference.Case, as scalar: Scalar.Type
  ) throws {
    let mode = try reference.text("negatives")
    let negatives: Negatives<Scalar> =
      switch mode {
      case "in-batch": .inBatch
      case "shared": .shared(try reference.matrix("negatives"))
      case "paired": .paired(try reference.matrix("negatives"))
      default: .inBatchAndShared(try reference.matrix("negatives"))
      }
    for options in ComputeOptions.referenceVariants {
      // Constant keys, or the one pass would not be taken.
      let isOnePass = options.strategy == .onePass
      let step = try step(
        reference, negatives: negatives, of: isOnePass ? [.queries, .temperature] : .all, options)
      var gradients: [String: [Double]?] = [
        "queries": step.gradient.queries?.doubles,
        "temperature": step.gradient.temperature.map { [Double($0)] },
      ]
      if !isOnePass {
        gradients["positives"] = .some(step.gradient.positives?.doubles)
        if mode != "in-batch" { gradients["negatives"] = .some(step.gradient.negatives?.doubles) }
      }
      try reference.check(loss: step.value, terms: step.terms, gradients: gradients)
    }
  }

  func checkQueue<Scalar: EmbeddingScalar>(
    _ reference: Reference.Case, as scalar: Scalar.Type
  ) throws {
    let rows = try UnitRows(validating: reference.matrix("queue", as: scalar), tolerance: 1e-6)
    var queue = try KeyQueue<Scalar>(capacity: rows.rowCount, dimension: rows.columnCount)
    try queue.enqueue(rows)
    for options in ComputeOptions.referenceVariants {
      for keys in [rows, queue.keys] {
        let step = try step(
          reference, negatives: .shared(keys), of: [.queries, .positives, .temperature], options)
        try reference.check(
          loss: step.value, terms: step.terms,
          gradients: [
            "queries": step.gradient.queries?.doubles,
            "positives": step.gradient.positives?.doubles,
            "temperature": step.gradient.temperature.map { [Double($0)] },
          ])
        #expect(step.gradient.negatives == nil)
      }
    }
  }

  private func step<Scalar: EmbeddingScalar>(
    _ reference: Reference.Case, negatives: Negatives<Scalar>, of variables: InfoNCE.Variables,
    _ options: ComputeOptions
  ) throws -> LossStep<Scalar, InfoNCE.Gradient<Scalar>> {
    try InfoNCE(temperature: try Temperature(try reference.number("temperature")))
      .valueWithGradient(
        queries: try reference.matrix("queries"), positives: try reference.matrix("positives"),
        negatives: negatives, of: variables, reduction: .mean, diagnostics: .all, options: options)
  }
}
