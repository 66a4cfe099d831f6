import CContrastiveKernels

extension Block {
  /// Raises `maximum[r]` to the largest exponent · xⱼ + bias[j] of row r, and counts in `ranks`, if
  /// there are any, the elements x above, and not below, the interval of row r.
  ///
  /// With `maximum` for the shift no u of `addExponentialSums` exceeds 0: where that rounds but once,
  /// to the number above it if need be. With an exponent of 1 and no bias it is the largest xⱼ.
  ///
  /// - Parameters:
  ///   - exponent: Positive.
  ///   - bias: One number per column.
  package func updateMaximum(
    _ maximum: inout [Double], exponent: Double = 1, bias: [Scalar]? = nil,
    counting ranks: inout RankCounts?, on isa: InstructionSet = .best
  ) {
    precondition(
      maximum.count >= rowCount && ranks.reaches(rowCount)
        && bias?.count ?? columnCount >= columnCount, "one value per row and column")
    unsafe ranks.withPointers { ranks in
      unsafe Scalar.kernels(on: isa).pointee.maximum(source, exponent, bias, &maximum, ranks)
    }
  }

  /// Adds Σⱼ exp(uⱼ) and Σⱼ uⱼ·exp(uⱼ), uⱼ = exponent · xⱼ + bias[j] − shift[r], of every row r to
  /// `sums`, and with a bias Σⱼ bias[j]·exp(uⱼ).
  ///
  /// With the shift no smaller than the row's largest exponent, every term lies in 0...1: nothing
  /// overflows. −∞ is nothing: no term. `storing` leaves exp(uⱼ) in the place of xⱼ, and `ranks` are
  /// counted as by `updateMaximum`.
  package func addExponentialSums(
    to sums: inout ExponentialSums, exponent: Double, shift: [Double], bias: [Scalar]? = nil,
    storing: Bool, counting ranks: inout RankCounts?, on isa: InstructionSet = .best
  ) {
    precondition(
      shift.count >= rowCount && sums.sum.count >= rowCount && ranks.reaches(rowCount),
      "one shift, sum and interval per row")
    precondition(
      bias.map { $0.count >= columnCount && sums.biased.count >= rowCount } ?? true,
      "one bias per column, and a sum for it per row")
    unsafe sums.withPointers { sums in
      unsafe ranks.withPointers { ranks in
        unsafe Scalar.kernels(on: isa).pointee.exponentialSums(
          storing ? target : source, exponent, shift, bias, storing, sums, ranks)
      }
    }
  }

  /// The same of many exponents, without a bias: `exponents[k]` and `shifts[k]` for `sums[k]`.
  ///
  /// A row is read from memory once, and from the nearest cache for every exponent.
  package func addExponentialSums(
    to sums: inout [ExponentialSums], exponents: [Double], shifts: [[Double]],
    counting ranks: inout RankCounts?, on isa: InstructionSet = .best
  ) {
    precondition(
      sums.count == exponents.count && shifts.count == exponents.count
        && shifts.allSatisfy { $0.count >= rowCount }
        && sums.allSatisfy { $0.sum.count >= rowCount } && ranks.reaches(rowCount),
      "one shift and sum per exponent and row, and one interval per row")
    let shift = shifts.flatMap { $0[..<rowCount] }
    var all = ExponentialSums(rowCount: shift.count)
    unsafe all.withPointers { all in
      unsafe ranks.withPointers { ranks in
        unsafe Scalar.kernels(on: isa).pointee.manyExponentialSums(
          source, exponents.count, exponents, shift, all, ranks)
      }
    }
    for index in sums.indices {
      for row in 0..<rowCount {
        sums[index].sum[row] += all.sum[index * rowCount + row]
        sums[index].weighted[row] += all.weighted[index * rowCount + row]
      }
    }
  }

  /// Replaces every xⱼ of row r by the sum over `terms` of
  /// factor[r] · exp(exponent · xⱼ + bias[j] − shift[r]).
  ///
  /// - Parameter terms: One or two.
  package func setWeights(
    _ terms: [ExponentialTerm], bias: [Scalar]? = nil, on isa: InstructionSet = .best
  ) {
    precondition(terms.count == 1 || terms.count == 2, "one or two exponentials")
    precondition(
      terms.allSatisfy { $0.shift.count >= rowCount && $0.factor.count >= rowCount }
        && bias?.count ?? columnCount >= columnCount,
      "one shift and one factor per row, and one bias per column")
    let (first, last) = (terms[0], terms[terms.count - 1])
    unsafe first.withPointers { first in
      unsafe last.withPointers { last in
        unsafe Scalar.kernels(on: isa).pointee.weights(
          target, [first, last], terms.count, bias)
      }
    }
  }
}

/// One exponential of a weight: factor[r] · exp(exponent · x − shift[r]).
package struct ExponentialTerm: Sendable {
  package var exponent: Double
  package var shift: [Double]
  package var factor: [Double]

  package init(exponent: Double, shift: [Double], factor: [Double]) {
    self.exponent = exponent
    self.shift = shift
    self.factor = factor
  }

  @unsafe fileprivate func withPointers(_ body: (contrastive_term) -> Void) {
    unsafe shift.withUnsafeBufferPointer { shift in
      unsafe factor.withUnsafeBufferPointer { factor in
        unsafe body(
          contrastive_term(
            exponent: exponent, shift: shift.baseAddress, factor: factor.baseAddress))
      }
    }
  }
}
