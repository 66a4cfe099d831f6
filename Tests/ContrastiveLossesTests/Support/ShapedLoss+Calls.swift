import Contrastive
import TestSupport

extension ShapedLoss {
  /// Every row has another of its label, so that all have a term.
  static func labels(_ count: Int) -> [Int] { (0..<count).map { [0, 1, 0, 2, 1, 2][$0 % 6] } }

  /// Of classes as many as there are class weights.
  static func classLabels(_ count: Int, of classCount: Int) -> [Int] {
    (0..<count).map { [0, 5, 2, 2, 3, 1][$0 % 6] % max(1, classCount) }
  }

  /// The loss of some rows, and of others where it takes several arrays.
  ///
  /// - Parameter z: Where it takes three.
  func calls<E: Embeddings>(
    _ x: E, _ y: E, _ z: E, options: ComputeOptions = ComputeOptions()
  ) throws -> LossCalls {
    let (n, labels) = (x.matrix.rowCount, Self.labels(x.matrix.rowCount))
    switch self {
    case .pairs(let loss, let excludesEqualIDs):
      return calls(loss, x, y, excludesEqualIDs: excludesEqualIDs, options)
    case .towers(let loss):
      return LossCalls {
        try loss.value(images: x, texts: y, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(images: x, texts: y, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(images: x, texts: y, options: options)
      }
    case .views(let loss):
      return LossCalls {
        try loss.value(viewA: x, viewB: y, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(viewA: x, viewB: y, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(viewA: x, viewB: y, options: options)
      }
    case .classes(let loss):
      let labels = Self.classLabels(n, of: y.matrix.rowCount)
      return LossCalls {
        try loss.value(
          features: x, classWeights: y, labels: labels, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(
          features: x, classWeights: y, labels: labels, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(features: x, classWeights: y, labels: labels, options: options)
      }
    case .batch(let loss):
      return LossCalls {
        try loss.value(embeddings: x, labels: labels, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(embeddings: x, labels: labels, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(embeddings: x, labels: labels, options: options)
      }
    case .memory(let loss):
      var memory = try CrossBatchMemory<E.Scalar>(
        capacity: y.matrix.rowCount, dimension: y.matrix.columnCount)
      try memory.enqueue(y, labels: (0..<y.matrix.rowCount).map { $0 % 3 })
      let keys = memory
      return LossCalls {
        try loss.value(
          embeddings: x, labels: labels, memory: keys, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(
          embeddings: x, labels: labels, memory: keys, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(embeddings: x, labels: labels, memory: keys, options: options)
      }
    case .scored(let loss):
      let scores = LossSubject.scores(n)
      return LossCalls {
        try loss.value(a: x, b: y, scores: scores, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(a: x, b: y, scores: scores, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(a: x, b: y, scores: scores, options: options)
      }
    case .triplets(let loss):
      return LossCalls {
        try loss.value(anchors: x, positives: y, negatives: z, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(
          anchors: x, positives: y, negatives: z, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(anchors: x, positives: y, negatives: z, options: options)
      }
    case .infoNCE(let loss, let besides):
      let negatives = besides.negatives(z)
      return LossCalls {
        try loss.value(
          queries: x, positives: y, negatives: negatives, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(
          queries: x, positives: y, negatives: negatives, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(queries: x, positives: y, negatives: negatives, options: options)
      }
    case .oneWay(let loss):
      let candidates = try Candidates(y)
      return LossCalls {
        try loss.value(queries: x, candidates: candidates, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(
          queries: x, candidates: candidates, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(queries: x, candidates: candidates, options: options)
      }
    case .positives(let loss):
      let positives = Positives(rowCount: n) { labels[$0] == labels[$1] }
      return LossCalls {
        try loss.value(embeddings: x, positives: positives, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(
          embeddings: x, positives: positives, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(embeddings: x, positives: positives, options: options)
      }
    case .ignoring(let loss):
      return LossCalls {
        try loss.value(
          embeddings: x, labels: labels, ignoring: 9, reduction: $0, options: options)
      } step: {
        try loss.valueWithGradient(
          embeddings: x, labels: labels, ignoring: 9, reduction: $0, options: options)
      } perTerm: {
        try loss.perTerm(embeddings: x, labels: labels, ignoring: 9, options: options)
      }
    case .npidSoftmax, .npidNCE: return try callsOfMemory(x, y.matrix.normalized(), options)
    case .alignment, .uniformity, .orthogonal: return callsOfRepresentation(x, y, options)
    case .tokens, .tokenDistillation:
      return try callsOfTokens(x.matrix, y.matrix, z.matrix, options)
    case .logits, .distillation: return callsOfLogits(x.matrix, y.matrix, options)
    }
  }

  private func calls<E: Embeddings>(
    _ loss: some PairedLoss, _ x: E, _ y: E, excludesEqualIDs: Bool, _ options: ComputeOptions
  ) -> LossCalls {
    let excluded: FalseNegatives<E.Scalar> =
      excludesEqualIDs
      ? .equalIDs((0..<x.matrix.rowCount).map { [0, 1, 1, 2, 0, 3][$0 % 6] }) : .none
    return LossCalls {
      try loss.value(queries: x, keys: y, excluding: excluded, reduction: $0, options: options)
    } step: {
      try loss.valueWithGradient(
        queries: x, keys: y, excluding: excluded, reduction: $0, options: options)
    } perTerm: {
      try loss.perTerm(queries: x, keys: y, excluding: excluded, options: options)
    }
  }
}
