extension Block {
  /// Adds Σⱼ f(uⱼ), Σⱼ f′(uⱼ) and Σⱼ f′(uⱼ)·xⱼ, uⱼ = xⱼ + bias[r], of every row r to `sums`, with
  /// ```
  /// f(u) = softplus(u) = log(1 + exp(u)),    f′(u) = 1/(1 + exp(−u))
  /// ```
  /// both to full relative precision for every u whose exponential is a normal number. −∞ is
  /// nothing: no term.
  ///
  /// - Parameter factors: If they are given, factors[r] · f′(uⱼ) is left in the place of xⱼ.
  package func addSoftplusSums(
    to sums: inout PairSums, bias: [Scalar], storingSlopesTimes factors: [Scalar]?,
    on isa: InstructionSet = .best
  ) {
    unsafe withUnsafePointers(to: &sums, bias, factors) { bias, factors, value, slope, weighted in
      unsafe Scalar._softplusSum(
        target, rowCount, columnCount, rowStride, bias, factors, value, slope, weighted, on: isa)
    }
  }

  /// The same, but for Σⱼ f′(uⱼ)·xⱼ, with
  /// ```
  /// f(u) = max(0, u),    f′(u) = 1 where u > 0, and 0 elsewhere
  /// ```
  package func addHingeSums(
    to sums: inout PairSums, bias: [Scalar], storingSlopesTimes factors: [Scalar]?,
    on isa: InstructionSet = .best
  ) {
    unsafe withUnsafePointers(to: &sums, bias, factors) { bias, factors, value, slope, _ in
      unsafe Scalar._hingeSum(
        target, rowCount, columnCount, rowStride, bias, factors, value, slope, on: isa)
    }
  }

  @unsafe private func withUnsafePointers(
    to sums: inout PairSums, _ bias: [Scalar], _ factors: [Scalar]?,
    _ body: (
      UnsafePointer<Scalar>, UnsafePointer<Scalar>?, UnsafeMutablePointer<Double>,
      UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>
    ) -> Void
  ) {
    precondition(
      bias.count >= rowCount && factors?.count ?? rowCount >= rowCount
        && sums.value.count >= rowCount, "one bias, factor and sum per row")
    unsafe sums.withUnsafePointers { value, slope, weighted in
      unsafe bias.withUnsafeBufferPointer { bias in
        unsafe (factors ?? []).withUnsafeBufferPointer { buffer in
          guard let bias = bias.baseAddress else { return }
          unsafe body(
            bias, factors == nil ? nil : buffer.baseAddress, value, slope, weighted)
        }
      }
    }
  }
}

/// Σ f(u), Σ f′(u) and Σ f′(u)·x per row.
package struct PairSums: Sendable {
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
