#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  public import _Differentiation

  /// The rows of negatives, which an encoder may have made: `.shared(encoder(documents))`.
  ///
  /// A tangent vector is that of the rows; of negatives in the batch, which have no rows of their own, it
  /// is zero.
  extension Negatives: Differentiable {
    public typealias TangentVector = Matrix<Scalar>

    /// Adds to the rows, which are normalised anew wherever they are used.
    public mutating func move(by offset: Matrix<Scalar>) {
      guard offset != .zero else { return }
      if let moved = attempt({ () throws(ContrastiveError) in try adding(offset) }) { self = moved }
    }
  }

  extension Negatives where Scalar: DifferentiableScalar {
    /// Shared negatives, differentiable by their rows.
    @differentiable(reverse)
    public static func shared(_ rows: Matrix<Scalar>) -> Negatives { sharedNegatives(rows) }

    @derivative(of: shared)
    @usableFromInline
    static func derivativeOfShared(
      _ rows: Matrix<Scalar>
    ) -> (value: Negatives, pullback: (Matrix<Scalar>) -> Matrix<Scalar>) {
      (sharedNegatives(rows), { $0 })
    }

    /// Paired negatives, differentiable by their rows.
    @differentiable(reverse)
    public static func paired(_ rows: Matrix<Scalar>) -> Negatives { pairedNegatives(rows) }

    @derivative(of: paired)
    @usableFromInline
    static func derivativeOfPaired(
      _ rows: Matrix<Scalar>
    ) -> (value: Negatives, pullback: (Matrix<Scalar>) -> Matrix<Scalar>) {
      (pairedNegatives(rows), { $0 })
    }

    /// Negatives in the batch and shared ones, differentiable by the latter's rows.
    @differentiable(reverse)
    public static func inBatchAndShared(_ rows: Matrix<Scalar>) -> Negatives {
      inBatchAndSharedNegatives(rows)
    }

    @derivative(of: inBatchAndShared)
    @usableFromInline
    static func derivativeOfInBatchAndShared(
      _ rows: Matrix<Scalar>
    ) -> (value: Negatives, pullback: (Matrix<Scalar>) -> Matrix<Scalar>) {
      (inBatchAndSharedNegatives(rows), { $0 })
    }
  }

  // Names apart from those above, which would call themselves.

  private func sharedNegatives<E: Embeddings>(_ rows: E) -> Negatives<E.Scalar> { .shared(rows) }

  private func pairedNegatives<E: Embeddings>(_ rows: E) -> Negatives<E.Scalar> { .paired(rows) }

  private func inBatchAndSharedNegatives<E: Embeddings>(_ rows: E) -> Negatives<E.Scalar> {
    .inBatchAndShared(rows)
  }
#endif
