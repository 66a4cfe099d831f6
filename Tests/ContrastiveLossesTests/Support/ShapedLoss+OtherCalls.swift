import Contrastive
import TestSupport

// Losses that are the only ones of their shape.
extension ShapedLoss {
  func callsOfMemory<E: Embeddings>(
    _ x: E, _ memory: UnitRows<E.Scalar>, _ options: ComputeOptions
  ) throws -> LossCalls {
    let (n, count) = (x.matrix.rowCount, max(1, memory.rowCount))
    if case .npidSoftmax(let loss) = self {
      let targets = Self.classLabels(n, of: count)
      return LossCalls {
        try loss.value(
          embeddings: x, memory: memory, targets: targets, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(
          embeddings: x, memory: memory, targets: targets, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(embeddings: x, memory: memory, targets: targets, options: options)
      }
    }
    guard case .npidNCE(let loss) = self else { preconditionFailure("a loss of a memory") }
    let indices = (0..<n).map { [$0 % count, ($0 + 2) % count, ($0 + 5) % count] }
    return LossCalls {
      try loss.value(
        embeddings: x, memory: memory, indices: indices, reduction: $0, options: options)
    } step: {
      try loss.valueWithGradient(
        embeddings: x, memory: memory, indices: indices, reduction: $0, options: options)
    } perTerm: {
      try loss.perTerm(embeddings: x, memory: memory, indices: indices, options: options)
    }
  }

  func callsOfRepresentation<E: Embeddings>(
    _ x: E, _ y: E, _ options: ComputeOptions
  ) -> LossCalls {
    switch self {
    case .alignment(let loss):
      LossCalls {
        try loss.value(x: x, y: y, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(x: x, y: y, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(x: x, y: y, options: options)
      }
    case .uniformity(let loss):
      LossCalls {
        try loss.value(embeddings: x, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(embeddings: x, of: .all, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(embeddings: x, options: options)
      }
    case .orthogonal(let loss):
      LossCalls {
        try loss.value(embeddings: x, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(embeddings: x, of: .all, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(embeddings: x, options: options)
      }
    default: preconditionFailure("a measure of the representation")
    }
  }

  func callsOfTokens<Scalar: EmbeddingScalar>(
    _ x: Matrix<Scalar>, _ y: Matrix<Scalar>, _ z: Matrix<Scalar>, _ options: ComputeOptions
  ) throws -> LossCalls {
    let queries = try TokenRows(x, lengths: LossSubject.lengths(x.rowCount))
    let documents = try TokenRows(y, lengths: LossSubject.lengths(y.rowCount).reversed())
    if case .tokens(let loss) = self {
      return LossCalls {
        try loss.value(queries: queries, documents: documents, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(
          queries: queries, documents: documents, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(queries: queries, documents: documents, options: options)
      }
    }
    guard case .tokenDistillation(let loss) = self else { preconditionFailure("a loss of tokens") }
    let scores = Matrix(
      rowCount: queries.lengths.count, columnCount: documents.lengths.count
    ) { z[$0, $1 % z.columnCount] }
    return LossCalls {
      try loss.value(
        queries: queries, documents: documents, teacherScores: scores, reduction: $0,
        options: options)
    } step: {
      try loss.valueWithGradient(
        queries: queries, documents: documents, teacherScores: scores, reduction: $0,
        options: options)
    } perTerm: {
      try loss.perTerm(
        queries: queries, documents: documents, teacherScores: scores, options: options)
    }
  }

  func callsOfLogits<Scalar: EmbeddingScalar>(
    _ x: Matrix<Scalar>, _ y: Matrix<Scalar>, _ options: ComputeOptions
  ) -> LossCalls {
    switch self {
    case .logits(let loss):
      let labels = (0..<x.rowCount).map { $0 % max(1, x.columnCount) }
      return LossCalls {
        try loss.value(logits: x, labels: labels, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(logits: x, labels: labels, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(logits: x, labels: labels, options: options)
      }
    case .distillation(let loss):
      return LossCalls {
        try loss.value(studentLogits: x, teacherLogits: y, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(
          studentLogits: x, teacherLogits: y, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(studentLogits: x, teacherLogits: y, options: options)
      }
    default: preconditionFailure("a loss of logits")
    }
  }
}
