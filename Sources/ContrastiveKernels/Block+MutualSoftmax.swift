import CContrastiveKernels

extension Block {
  /// Raises `maximum[c]` to the largest element of column c, and counts in `ranks`, if there are
  /// any, the elements above, and not below, the interval of column `offset` + c.
  package func updateColumnMaximum(
    _ maximum: inout [Double], counting ranks: inout RankCounts?, from offset: Int,
    on isa: InstructionSet = .best
  ) {
    precondition(
      maximum.count >= columnCount && ranks.reaches(offset + columnCount), "one value per column")
    unsafe ranks.withPointers(from: offset) { ranks in
      unsafe Scalar.kernels(on: isa).pointee.columnMaximum(source, &maximum, ranks)
    }
  }

  /// Adds, of every row r, Σ exp(u) and Σ u·exp(u), u = x − rowShift[r], to `rowSums`, and of every
  /// column c the same with columnShift[c] to `columnSums` from `offset` on.
  ///
  /// - Parameters:
  ///   - columnShift: `nil` if all shifts are one number, and `rowShift` is that number repeated:
  ///     then there is one exponential per element instead of two.
  ///   - rowScale: A temperature per anchor: u = rowScale[r] · x − rowShift[r], and of columns
  ///     columnScale[c] · x − columnShift[c]. Both or none; positive.
  ///   - storing: Whether to leave the rows' exp(u) in the place of x.
  ///   - rowRanks: Counted as by `updateMaximum`.
  ///   - columnRanks: Counted as by `updateColumnMaximum`.
  package func addMutualSums(
    rows rowSums: inout ExponentialSums, columns columnSums: inout ExponentialSums,
    from offset: Int, rowShift: [Double], columnShift: [Double]?, rowScale: [Double]? = nil,
    columnScale: [Double]? = nil, storing: Bool, rowRanks: inout RankCounts?,
    columnRanks: inout RankCounts?, on isa: InstructionSet = .best
  ) {
    precondition(
      rowShift.count >= rowCount && rowSums.sum.count >= rowCount
        && columnShift?.count ?? columnCount >= columnCount && offset >= 0
        && columnSums.sum.count >= offset + columnCount && rowRanks.reaches(rowCount)
        && columnRanks.reaches(offset + columnCount),
      "one shift, sum and interval per row and column")
    precondition(
      rowScale?.count ?? rowCount >= rowCount && columnScale?.count ?? columnCount >= columnCount
        && (rowScale == nil) == (columnScale == nil) && (rowScale == nil || columnShift != nil),
      "one scale per row and column, or none")
    unsafe rowSums.withPointers { rowSums in
      unsafe columnSums.withPointers(from: offset) { columnSums in
        unsafe rowRanks.withPointers { rowRanks in
          unsafe columnRanks.withPointers(from: offset) { columnRanks in
            unsafe withPointers(to: rowShift, rowScale) { rowShift, rowScale in
              unsafe withPointers(to: columnShift, columnScale) { columnShift, columnScale in
                unsafe Scalar.kernels(on: isa).pointee.mutualSums(
                  storing ? target : source,
                  contrastive_side(
                    shift: rowShift, scale: rowScale, sums: rowSums, ranks: rowRanks),
                  contrastive_side(
                    shift: columnShift, scale: columnScale, sums: columnSums,
                    ranks: columnRanks), storing)
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
  /// With scales, which only logits have, x is rows.scale[r] · x and columns.scale[c] · x in them.
  ///
  /// - Parameter content: What x is now.
  package func setMutualWeights(
    _ content: MutualContent, rows: MutualTerm, columns: MutualTerm,
    on isa: InstructionSet = .best
  ) {
    precondition(
      rows.reaches(rowCount) && columns.reaches(columnCount), "one number per row and column")
    precondition(
      (rows.scale == nil) == (columns.scale == nil) && (rows.scale == nil || content == .logits),
      "scales of rows and columns of logits, or none")
    unsafe rows.withPointers { rows in
      unsafe columns.withPointers { columns in
        var (rows, columns) = unsafe (rows, columns)
        if content == .equallyShiftedExponentials { unsafe rows.shift = nil }
        if content != .logits { unsafe columns.shift = nil }
        unsafe Scalar.kernels(on: isa).pointee.mutualWeights(target, rows, columns)
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
  case equallyShiftedExponentials
}

/// Of every row, or every column: factor · exp(x − shift), or factor · exp(scale · x − shift).
package struct MutualTerm: Sendable {
  package var shift: ArraySlice<Double>
  package var factor: ArraySlice<Double>
  package var scale: ArraySlice<Double>?

  package init(
    shift: ArraySlice<Double>, factor: ArraySlice<Double>, scale: ArraySlice<Double>? = nil
  ) {
    self.shift = shift
    self.factor = factor
    self.scale = scale
  }

  fileprivate func reaches(_ count: Int) -> Bool {
    shift.count >= count && factor.count >= count && scale?.count ?? count >= count
  }

  @unsafe fileprivate func withPointers(_ body: (contrastive_mutual_term) -> Void) {
    unsafe shift.withUnsafeBufferPointer { shift in
      unsafe factor.withUnsafeBufferPointer { factor in
        unsafe (scale ?? []).withUnsafeBufferPointer { buffer in
          unsafe body(
            contrastive_mutual_term(
              shift: shift.baseAddress, factor: factor.baseAddress,
              scale: scale == nil ? nil : buffer.baseAddress))
        }
      }
    }
  }
}

/// Calls `body` with the addresses of two arrays; null for none.
@unsafe private func withPointers(
  to first: [Double]?, _ second: [Double]?,
  _ body: (UnsafePointer<Double>?, UnsafePointer<Double>?) -> Void
) {
  unsafe (first ?? []).withUnsafeBufferPointer { a in
    unsafe (second ?? []).withUnsafeBufferPointer { b in
      unsafe body(
        first == nil ? nil : a.baseAddress, second == nil ? nil : b.baseAddress)
    }
  }
}
