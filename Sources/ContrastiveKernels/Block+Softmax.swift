extension Block {
  /// Raises `maximum[r]` to the largest element of row r, and counts in `ranks`, if there are any,
  /// the elements above, and not below, the interval of row r.
  package func updateMaximum(
    _ maximum: inout [Scalar], counting ranks: inout RankCounts<Scalar>?,
    on isa: InstructionSet = .best
  ) {
    precondition(
      maximum.count >= rowCount && ranks?.low.count ?? rowCount >= rowCount, "one value per row")
    unsafe maximum.withUnsafeMutableBufferPointer { maximum in
      guard let maximum = maximum.baseAddress else { return }
      unsafe ranks.withUnsafePointers { low, high, above, notBelow in
        unsafe Scalar._maximum(
          source, rowCount, columnCount, rowStride, maximum, low, high, above, notBelow, on: isa)
      }
    }
  }

  /// Adds Σⱼ exp(uⱼ) and Σⱼ uⱼ·exp(uⱼ), uⱼ = exponent · xⱼ − shift[r], of every row r to `sums`.
  ///
  /// With the shift no smaller than the row's largest exponent · xⱼ, every term lies in 0...1:
  /// nothing overflows. −∞ is nothing: no term. `storing` leaves exp(uⱼ) in the place of xⱼ, and
  /// `ranks` are counted as by `updateMaximum`.
  package func addExponentialSums(
    to sums: inout ExponentialSums, exponent: Scalar, shift: [Scalar], storing: Bool,
    counting ranks: inout RankCounts<Scalar>?, on isa: InstructionSet = .best
  ) {
    precondition(
      shift.count >= rowCount && sums.sum.count >= rowCount
        && ranks?.low.count ?? rowCount >= rowCount, "one shift, sum and interval per row")
    unsafe sums.withUnsafePointers { sum, weighted in
      unsafe shift.withUnsafeBufferPointer { shift in
        unsafe ranks.withUnsafePointers { low, high, above, notBelow in
          guard let shift = shift.baseAddress else { return }
          unsafe Scalar._exponentialSum(
            target, rowCount, columnCount, rowStride, exponent, shift, sum, weighted, storing,
            low, high, above, notBelow, on: isa)
        }
      }
    }
  }

  /// Replaces every xⱼ of row r by the sum over `terms` of factor[r] · exp(exponent · xⱼ − shift[r]).
  ///
  /// - Parameter terms: One or two.
  package func setWeights(_ terms: [ExponentialTerm<Scalar>], on isa: InstructionSet = .best) {
    precondition(terms.count == 1 || terms.count == 2, "one or two exponentials")
    precondition(
      terms.allSatisfy { $0.shift.count >= rowCount && $0.factor.count >= rowCount },
      "one shift and one factor per row")
    guard rowCount > 0, let first = terms.first, let last = terms.last else { return }
    let isPair = terms.count == 2
    unsafe first.shift.withUnsafeBufferPointer { shift in
      unsafe first.factor.withUnsafeBufferPointer { factor in
        unsafe last.shift.withUnsafeBufferPointer { secondShift in
          unsafe last.factor.withUnsafeBufferPointer { secondFactor in
            guard let shift = shift.baseAddress, let factor = factor.baseAddress else { return }
            unsafe Scalar._weights(
              target, rowCount, columnCount, rowStride, first.exponent, shift, factor,
              last.exponent, isPair ? secondShift.baseAddress : nil,
              isPair ? secondFactor.baseAddress : nil, on: isa)
          }
        }
      }
    }
  }
}

/// Σ exp(u) and Σ u·exp(u) per row.
package struct ExponentialSums: Sendable {
  package var sum: [Double]
  package var weighted: [Double]

  package init(rowCount: Int) {
    sum = Array(repeating: 0, count: rowCount)
    weighted = sum
  }

  /// Adds the sums of as many rows, or of the first.
  package mutating func add(_ other: ExponentialSums) {
    for row in other.sum.indices {
      sum[row] += other.sum[row]
      weighted[row] += other.weighted[row]
    }
  }

  @unsafe mutating func withUnsafePointers(
    _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) {
    unsafe sum.withUnsafeMutableBufferPointer { sum in
      unsafe weighted.withUnsafeMutableBufferPointer { weighted in
        guard let sum = sum.baseAddress, let weighted = weighted.baseAddress else { return }
        unsafe body(sum, weighted)
      }
    }
  }
}

/// One exponential of a weight: factor[r] · exp(exponent · x − shift[r]).
package struct ExponentialTerm<Scalar: EmbeddingScalar>: Sendable {
  package var exponent: Scalar
  package var shift: [Scalar]
  package var factor: [Scalar]

  package init(exponent: Scalar, shift: [Scalar], factor: [Scalar]) {
    self.exponent = exponent
    self.shift = shift
    self.factor = factor
  }
}

/// How many elements of a row lie above an interval, and how many not below it.
package struct RankCounts<Scalar: EmbeddingScalar>: Sendable {
  package var low: [Scalar]
  package var high: [Scalar]
  package var above: [Int64]
  package var notBelow: [Int64]

  package init(low: [Scalar], high: [Scalar]) {
    precondition(low.count == high.count, "one interval per row")
    self.low = low
    self.high = high
    above = Array(repeating: 0, count: low.count)
    notBelow = above
  }

  /// The counts of some of the rows, from nothing.
  package subscript(rows: Range<Int>) -> RankCounts {
    RankCounts(low: Array(low[rows]), high: Array(high[rows]))
  }
}

extension Optional {
  /// Calls `body` with the addresses of the counts from `offset` on; without counts, with null ones.
  @unsafe mutating func withUnsafePointers<Scalar>(
    from offset: Int = 0,
    _ body: (
      UnsafePointer<Scalar>?, UnsafePointer<Scalar>?, UnsafeMutablePointer<Int64>?,
      UnsafeMutablePointer<Int64>?
    ) -> Void
  ) where Wrapped == RankCounts<Scalar> {
    guard self != nil else {
      body(nil, nil, nil, nil)
      return
    }
    unsafe self?.withUnsafePointers(from: offset, body)
  }
}

extension RankCounts {
  @unsafe fileprivate mutating func withUnsafePointers(
    from offset: Int,
    _ body: (
      UnsafePointer<Scalar>?, UnsafePointer<Scalar>?, UnsafeMutablePointer<Int64>?,
      UnsafeMutablePointer<Int64>?
    ) -> Void
  ) {
    precondition(offset >= 0 && offset <= low.count, "counts out of range")
    unsafe above.withUnsafeMutableBufferPointer { above in
      unsafe notBelow.withUnsafeMutableBufferPointer { notBelow in
        unsafe low.withUnsafeBufferPointer { low in
          unsafe high.withUnsafeBufferPointer { high in
            guard let low = low.baseAddress, let high = high.baseAddress,
              let above = above.baseAddress, let notBelow = notBelow.baseAddress
            else {
              body(nil, nil, nil, nil)
              return
            }
            unsafe body(low + offset, high + offset, above + offset, notBelow + offset)
          }
        }
      }
    }
  }
}
