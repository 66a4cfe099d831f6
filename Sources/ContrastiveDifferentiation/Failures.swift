#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  import Synchronization

  /// Runs `body`, and throws what a differentiable function in it could not compute.
  ///
  /// Differentiable functions do not throw: in the derivative of a `try`, Swift 6.3 loses the error,
  /// or does not compile. Where one of this module's fails, because shapes do not fit or a row
  /// holds a NaN, it stops the program with a line that says so. Within this function's body it returns 0
  /// instead, and the first such error is thrown when the body returns:
  /// ```swift
  /// let (value, gradient) = try throwingFailures {
  ///   valueWithGradient(at: encoder) { encoder in
  ///     loss(images: encoder(x), texts: y)
  ///   }
  /// }
  /// ```
  /// So is the error of a task that was cancelled, which they take no notice of elsewhere. Nested calls throw each their
  /// own. Tasks that the body starts inherit it, if they are structured.
  ///
  /// - Throws: The first `ContrastiveError` in the body.
  public func throwingFailures<Result>(
    _ body: () -> Result
  ) throws(ContrastiveError) -> Result {
    let failure = Failure()
    let result = Failure.$current.withValue(failure) { body() }
    if let error = failure.error.withLock({ $0 }) { throw error }
    return result
  }
#endif
