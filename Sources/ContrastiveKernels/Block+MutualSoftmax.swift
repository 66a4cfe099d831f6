extension Block {
  /// Raises `maximum[c]` to the largest element of column c, and counts in `ranks`, if there are
  /// any, the elements above, and not below, the interval of column `offset` + c.
  package func updateColumnMaximum(
    _ maximum: inout [Scalar], counting ranks: inout RankCounts<Scalar>?, from offset: Int,
    on isa: InstructionSet = .best
  ) {
    precondition(
      maximum.count >= columnCount
        && ranks?.low.count ?? (offset + columnCount) >= offset + columnCount,
      "one value per column")
    unsafe maximum.withUnsafeMutableBufferPointer { maximum in
      guard let maximum = maximum.baseAddress else { return }
      unsafe ranks.withUnsafePointers(from: offset) { low, high, above, notBelow in
        unsafe Scalar._columnMaximum(
          source, rowCount, columnCount, rowStride, maximum, low, high, above, notBelow,
          on: isa)
      }
    }
  }

  /// Adds, of every row r, Σ exp(u) and Σ u·exp(u), u = x − rowShift[r], to `rowSums`, and of every
  /// column c the same with columnShift[c] to `columnSums` from `offset` on.
  ///
  /// - Parameters:
  ///   - columnShift: `nil` if all shifts are one number, and `rowShift` is that number repeated:
  ///     then there is one exponential per element instead of two.
  ///   - storing: Whether to leave the rows' exp(u) in the place of x.
  ///   - rowRanks: Counted as by `updateMaximum`.
  ///   - columnRanks: Counted as by `updateColumnMaximum`.
  package func addMutualSums(
    rows rowSums: inout ExponentialSums, columns columnSums: inout ExponentialSums,
    from offset: Int, rowShift: [Scalar], columnShift: [Scalar]?, storing: Bool,
    rowRanks: inout RankCounts<Scalar>?, columnRanks: inout RankCounts<Scalar>?,
    on isa: InstructionSet = .best
  ) {
    precondition(
      rowShift.count >= rowCount && rowSums.sum.count >= rowCount
        && columnShift?.count ?? columnCount >= columnCount && offset >= 0
        && columnSums.sum.count >= offset + columnCount
        && rowRanks?.low.count ?? rowCount >= rowCount
        && columnRanks?.low.count ?? (offset + columnCount) >= offset + columnCount,
      "one shift, sum and interval per row and column")
    unsafe rowSums.withUnsafePointers { rowSum, rowWeighted in
      unsafe columnSums.withUnsafePointers { columnSum, columnWeighted in
        unsafe rowRanks.withUnsafePointers { rowLow, rowHigh, rowAbove, rowNotBelow in
          unsafe columnRanks.withUnsafePointers(from: offset) { low, high, above, notBelow in
            unsafe rowShift.withUnsafeBufferPointer { rowShift in
              unsafe (columnShift ?? []).withUnsafeBufferPointer { columns in
                guard let rowShift = rowShift.baseAddress else { return }
                unsafe Scalar._mutualSums(
                  target, rowCount, columnCount, rowStride, rowShift,
                  columnShift == nil ? nil : columns.baseAddress, rowSum, rowWeighted,
                  columnSum + offset, columnWeighted + offset, storing, rowLow, rowHigh, rowAbove,
                  rowNotBelow, low, high, above, notBelow, on: isa)
              }
            }
          }
        }
      }
    }
  }

  /// Replaces every x of row r and column c by
  /// rows.factor[r] · exp(x − rows.shift[r]) + columns.factor[c] · exp(x − columns.shift[c]).
  ///
  /// - Parameter content: What x is now.
  package func setMutualWeights(
    _ content: MutualContent, rows: MutualTerm<Scalar>, columns: MutualTerm<Scalar>,
    on isa: InstructionSet = .best
  ) {
    precondition(
      rows.shift.count >= rowCount && rows.factor.count >= rowCount
        && columns.shift.count >= columnCount && columns.factor.count >= columnCount,
      "one shift and one factor per row and column")
    unsafe rows.shift.withUnsafeBufferPointer { rowShift in
      unsafe rows.factor.withUnsafeBufferPointer { rowFactor in
        unsafe columns.shift.withUnsafeBufferPointer { columnShift in
          unsafe columns.factor.withUnsafeBufferPointer { columnFactor in
            guard let rowFactor = rowFactor.baseAddress,
              let columnFactor = columnFactor.baseAddress
            else { return }
            unsafe Scalar._mutualWeights(
              target, rowCount, columnCount, rowStride,
              content == .exponentials ? nil : rowShift.baseAddress, rowFactor,
              content == .logits ? columnShift.baseAddress : nil, columnFactor, on: isa)
          }
        }
      }
    }
  }
}

/// What the elements of a tile are when their weights are asked for.
package enum MutualContent: Sendable {
  /// Logits; every row and column has a shift of its own.
  case logits
  /// Logits; all shifts are equal.
  case equallyShiftedLogits
  /// exp(logit − shift), of one shift.
  case exponentials
}

/// Of every row, or every column: factor · exp(x − shift).
package struct MutualTerm<Scalar: EmbeddingScalar>: Sendable {
  package var shift: ArraySlice<Scalar>
  package var factor: ArraySlice<Scalar>

  package init(shift: ArraySlice<Scalar>, factor: ArraySlice<Scalar>) {
    self.shift = shift
    self.factor = factor
  }
}
