extension Block {
  /// Adds Σⱼ f(uⱼ), Σⱼ f′(uⱼ) and Σⱼ f′(uⱼ)·xⱼ, uⱼ = xⱼ + bias, of every row r to `sums`, with
  /// ```
  /// f(u) = softplus(u) = log(1 + exp(u)),    f′(u) = 1/(1 + exp(−u))
  /// ```
  /// both to full relative precision for every u whose exponential is a normal number. −∞ is
  /// nothing: no term.
  ///
  /// - Parameter factors: If they are given, factors[r] · f′(uⱼ) is left in the place of xⱼ.
  package func addSoftplusSums(
    to sums: inout SoftplusSums, bias: Scalar, storingSlopesTimes factors: [Scalar]?,
    on isa: InstructionSet = .best
  ) {
    precondition(
      factors?.count ?? rowCount >= rowCount && sums.value.count >= rowCount,
      "one factor and one sum per row")
    unsafe sums.withUnsafePointers { value, slope, weighted in
      unsafe (factors ?? []).withUnsafeBufferPointer { buffer in
        unsafe Scalar._softplusSum(
          target, rowCount, columnCount, rowStride, bias,
          factors == nil ? nil : buffer.baseAddress, value, slope, weighted, on: isa)
      }
    }
  }
}

/// Σ softplus(u), Σ σ(u) and Σ σ(u)·x per row.
package struct SoftplusSums: Sendable {
  package var value: [Double]
  package var slope: [Double]
  package var weighted: [Double]

  package init(rowCount: Int) {
    value = Array(repeating: 0, count: rowCount)
    slope = value
    weighted = value
  }

  @unsafe mutating func withUnsafePointers(
    _ body: (
      UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>
    ) -> Void
  ) {
    unsafe value.withUnsafeMutableBufferPointer { value in
      unsafe slope.withUnsafeMutableBufferPointer { slope in
        unsafe weighted.withUnsafeMutableBufferPointer { weighted in
          guard let value = value.baseAddress, let slope = slope.baseAddress,
            let weighted = weighted.baseAddress
          else { return }
          unsafe body(value, slope, weighted)
        }
      }
    }
  }
}
