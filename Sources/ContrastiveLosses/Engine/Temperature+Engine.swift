import ContrastiveEmbeddings

extension Temperature {
  /// The largest s whose logits a scalar can hold, with room for their sums.
  func largestScale<Scalar: EmbeddingScalar>(for scalar: Scalar.Type) -> Double {
    Double(Scalar.greatestFiniteMagnitude).squareRoot()
  }

  /// s, if the scalar can hold it with room for the logits' sums.
  func scale<Scalar: EmbeddingScalar>(
    for scalar: Scalar.Type
  ) throws(ContrastiveError) -> Double {
    let largest = largestScale(for: scalar)
    let smallest = Double(Scalar.leastNormalMagnitude)
    guard scale <= largest, scale >= smallest else {
      throw .value(
        name: "temperature", value: "\(value)",
        requirement: "one from \(1 / largest) to \(1 / smallest) in \(Scalar.self) arithmetic")
    }
    return scale
  }
}

extension AnyEmbeddings {
  /// The gradient by these rows as they were given, in place of the one by their unit rows.
  func gradient(fromUnit gradient: Block<Scalar>?, options: EngineOptions) -> Matrix<Scalar>? {
    guard let gradient else { return nil }
    if !areUnit {
      let (rowCount, chunk) = (rowCount, 256)
      Workers.forEach((rowCount + chunk - 1) / chunk, threads: options.threads) { _, item in
        let rows = item * chunk..<min((item + 1) * chunk, rowCount)
        gradient.rows(rows).pullBackNormalization(of: matrix.block.rows(rows), on: options.isa)
      }
    }
    return Matrix(gradient)
  }
}
