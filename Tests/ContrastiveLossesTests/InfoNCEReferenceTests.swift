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

@Suite("InfoNCE without what a guide holds for more similar")
struct GISTReferenceTests: ReferenceSuite {
  static let cases = Reference.named("gist-relative-margin").cases

  /// With cosines of the guide's positives below 0 among them, and margins above 1.
  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  var keys: Set<String> { ["positives", "negatives"] }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    func rows(_ name: String) throws -> Matrix<Scalar> { try reference.matrix(name) }
    let size = try reference.number("margin")
    let margin: FalseNegatives<Scalar>.Margin =
      try reference.text("marginStrategy") == "relative" ? .relative(size) : .absolute(size)
    var blocks: InfoNCE.BatchCandidates = []
    if try reference.flag("contrastAnchors") { blocks.insert(.queriesWithQueries) }
    if try reference.flag("contrastPositives") { blocks.insert(.positivesWithPositives) }
    let hasNegatives = reference.inputs["negatives"] != nil
    let (queries, positives) = (try rows("guideQueries"), try rows("guidePositives"))
    let excluded: FalseNegatives<Scalar> =
      try hasNegatives
      ? .moreSimilar(
        guideQueries: queries, positives: positives, negatives: rows("guideNegatives"),
        margin: margin)
      : .moreSimilar(guideQueries: queries, positives: positives, margin: margin)
    let loss = InfoNCE(temperature: try reference.temperature, batchCandidates: blocks)
    return Answer(
      try loss.valueWithGradient(
        queries: rows("queries"), positives: rows("positives"),
        negatives: hasNegatives ? .inBatchAndShared(rows("negatives")) : .inBatch,
        excluding: excluded,
        of: options.strategy == .onePass ? [.queries, .temperature] : .all, options: options))
  }
}
