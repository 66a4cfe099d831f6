import CContrastiveKernels

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
    to sums: inout PairSums, bias: [Double], storingSlopesTimes factors: [Double]?,
    on isa: InstructionSet = .best
  ) {
    checkShapes(sums, bias, factors)
    unsafe sums.withPointers { sums in
      unsafe Scalar.kernels(on: isa).pointee.softplusSums(
        factors == nil ? source : target, bias, factors, sums)
    }
  }

  /// The same, but for Σⱼ f′(uⱼ)·xⱼ, with
  /// ```
  /// f(u) = max(0, u),    f′(u) = 1 where u > 0, and 0 elsewhere
  /// ```
  package func addHingeSums(
    to sums: inout PairSums, bias: [Double], storingSlopesTimes factors: [Double]?,
    on isa: InstructionSet = .best
  ) {
    checkShapes(sums, bias, factors)
    unsafe sums.withPointers { sums in
      unsafe Scalar.kernels(on: isa).pointee.hingeSums(
        factors == nil ? source : target, bias, factors, sums)
    }
  }

  private func checkShapes(_ sums: PairSums, _ bias: [Double], _ factors: [Double]?) {
    precondition(
      bias.count >= rowCount && factors?.count ?? rowCount >= rowCount
        && sums.value.count >= rowCount, "one bias, factor and sum per row")
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

  @unsafe mutating func withPointers(_ body: (contrastive_pair_sums) -> Void) {
    unsafe value.withUnsafeMutableBufferPointer { value in
      unsafe slope.withUnsafeMutableBufferPointer { slope in
        unsafe weighted.withUnsafeMutableBufferPointer { weighted in
          unsafe body(
            contrastive_pair_sums(
              value: value.baseAddress, slope: slope.baseAddress,
              weighted: weighted.baseAddress))
        }
      }
    }
  }
}
