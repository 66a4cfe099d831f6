import CContrastiveKernels

extension Block {
  /// Sets the elements of `other`, times a factor of their row and one of their column.
  package func setScaled(
    _ other: Block, rows: [Double], columns: [Scalar], on isa: InstructionSet = .best
  ) {
    checkSameShape(as: other)
    precondition(
      rows.count >= rowCount && columns.count >= columnCount, "one factor per row and column")
    unsafe Scalar.kernels(on: isa).pointee.scaleBoth(other.source, rows, columns, target)
  }

  /// Sets or adds weights, times a factor of their row and one of their column, and adds up the weights' products
  /// with their logits.
  ///
  /// - Parameters:
  ///   - rowSums: To which those of every row are added.
  ///   - columnSums: To which those of every column are added.
  package func addScaled(
    _ weights: Block, logits: Block, rows: [Double], columns: [Scalar], accumulating: Bool,
    rowSums: inout [Double], columnSums: inout [Scalar], on isa: InstructionSet = .best
  ) {
    checkSameShape(as: weights)
    checkSameShape(as: logits)
    precondition(
      rows.count >= rowCount && columns.count >= columnCount && rowSums.count >= rowCount
        && columnSums.count >= columnCount, "one factor and sum per row and column")
    unsafe Scalar.kernels(on: isa).pointee.addScaledBoth(
      weights.source, logits.source, rows, columns, accumulating, &rowSums, &columnSums, target)
  }
}
