import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

/// A suite of a loss that reference answers are known for.
protocol ReferenceSuite {
  /// How the loss is computed, one way after the other.
  static var variants: [ComputeOptions] { get }

  /// The library's answer to a case.
  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer

  /// The arrays that the one pass holds constant: it gives no gradients by them.
  var keys: Set<String> { get }

  /// The gradients that a way of computing does not give.
  func omissions(_ options: ComputeOptions) -> Set<String>
}

extension ReferenceSuite {
  static var variants: [ComputeOptions] { ComputeOptions.referenceVariants }

  var keys: Set<String> { [] }

  func omissions(_ options: ComputeOptions) -> Set<String> {
    options.strategy == .onePass ? keys : []
  }

  /// Expects the loss, its terms and its gradients to be the case's in every variant.
  func check<Scalar: EmbeddingScalar>(
    _ reference: Reference.Case, as scalar: Scalar.Type,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for options in Self.variants {
      try reference.check(
        try answer(to: reference, as: scalar, options: options), as: scalar,
        omitting: omissions(options), sourceLocation: sourceLocation)
    }
  }
}

/// A loss that no engine computes, whose options are threads at most.
protocol PlainReferenceSuite: ReferenceSuite {}

extension PlainReferenceSuite {
  static var variants: [ComputeOptions] { [ComputeOptions()] }
}

/// The precisions that losses are checked in.
let scalars: [any EmbeddingScalar.Type] = [Double.self, Float.self]
