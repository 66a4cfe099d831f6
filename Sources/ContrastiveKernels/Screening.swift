import CContrastiveKernels

/// What is known of a tile's logits before they are computed.
package struct Screening<Scalar: EmbeddingScalar>: Sendable {
  /// An element of row r and column c is off by rowMargins[r] + columnMargins[c] at the most.
  package var rowMargins: [Double]
  package var columnMargins: [Scalar]

  /// Per row, what an element has to reach to matter.
  package var thresholds: [Double]

  /// How far below its row's threshold an element adds nothing to the sum.
  package var negligible: Double

  package init(
    rowMargins: [Double], columnMargins: [Scalar], thresholds: [Double], negligible: Double
  ) {
    self.rowMargins = rowMargins
    self.columnMargins = columnMargins
    self.thresholds = thresholds
    self.negligible = negligible
  }
}

extension Screening {
  /// Whether it is one of a tile of these rows and columns.
  func fits(rowCount: Int, columnCount: Int) -> Bool {
    rowMargins.count >= rowCount && thresholds.count >= rowCount
      && columnMargins.count >= columnCount
  }

  /// Calls `body` with the screening as kernels take it, of sums of exp(exponent · z − shift[r]).
  @unsafe func withPointers<Result>(
    exponent: Double, shift: [Double], _ body: (UnsafePointer<contrastive_screening>) -> Result
  ) -> Result {
    unsafe rowMargins.withUnsafeBufferPointer { rowMargins in
      unsafe columnMargins.withUnsafeBufferPointer { columnMargins in
        unsafe thresholds.withUnsafeBufferPointer { thresholds in
          unsafe shift.withUnsafeBufferPointer { shift in
            var screening = unsafe contrastive_screening(
              rowMargin: rowMargins.baseAddress, columnMargin: columnMargins.baseAddress,
              threshold: thresholds.baseAddress, shift: shift.baseAddress,
              negligible: negligible, exponent: exponent)
            return unsafe body(&screening)
          }
        }
      }
    }
  }
}
