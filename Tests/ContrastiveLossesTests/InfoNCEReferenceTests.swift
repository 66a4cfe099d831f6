import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("InfoNCE, in its four candidate modes")
struct InfoNCEReferenceTests: ReferenceSuite {
  static let cases = Reference.named("info-nce").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  var keys: Set<String> { ["positives", "negatives"] }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let negatives: Negatives<Scalar> =
      switch try reference.text("negatives") {
      case "in-batch": .inBatch
      case "shared": .shared(try reference.matrix("negatives"))
      case "paired": .paired(try reference.matrix("negatives"))
      default: .inBatchAndShared(try reference.matrix("negatives"))
      }
    let loss = InfoNCE(temperature: try reference.temperature)
    return Answer(
      try loss.valueWithGradient(
        queries: try reference.matrix("queries"), positives: try reference.matrix("positives"),
        negatives: negatives, of: options.strategy == .onePass ? [.queries, .temperature] : .all,
        options: options))
  }
}

@Suite("InfoNCE against a queue's unit rows")
struct InfoNCEQueueReferenceTests: ReferenceSuite {
  static let cases = Reference.named("moco").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let rows = try UnitRows(validating: reference.matrix("queue", as: scalar), tolerance: 1e-6)
    var queue = try KeyQueue<Scalar>(capacity: rows.rowCount, dimension: rows.columnCount)
    try queue.enqueue(rows)
    #expect(queue.keys == rows)
    let loss = InfoNCE(temperature: try reference.temperature)
    return Answer(
      try loss.valueWithGradient(
        queries: try reference.matrix("queries"), positives: try reference.matrix("positives"),
        negatives: .shared(queue.keys), of: [.queries, .positives, .temperature],
        options: options))
  }
}
