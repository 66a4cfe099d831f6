import Contrastive
import ContrastiveLosses
import TestSupport

/// A suite of an in-batch loss whose answers call the keys positives.
protocol PairedReferenceSuite: ReferenceSuite {
  associatedtype Loss: PairedLoss

  /// The loss with a case's parameters.
  func loss(of reference: Reference.Case) throws -> Loss
}

extension PairedReferenceSuite {
  // Constant keys, or the one pass would not be taken.
  func omissions(_ options: ComputeOptions) -> Set<String> {
    options.strategy == .onePass ? ["positives"] : []
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    var answer = Answer(
      try loss(of: reference).valueWithGradient(
        queries: try reference.matrix("queries", as: scalar),
        keys: try reference.matrix("positives", as: scalar),
        of: options.strategy == .onePass ? [.queries, .temperature] : .all, options: options))
    answer.gradients["positives"] = answer.gradients.removeValue(forKey: "keys")
    return answer
  }
}
