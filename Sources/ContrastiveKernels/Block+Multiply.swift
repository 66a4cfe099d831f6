import CContrastiveKernels

extension Block {
  /// Sets or adds a product of two blocks.
  ///
  /// ```
  /// self = scale · op(a) · op(b) + (accumulating ? self : 0)
  /// ```
  /// What is below the smallest normal number, in the blocks or in a sum, counts as 0: the weights of negatives that are
  /// far off at a low temperature are, and products with them took several times as long.
  ///
  /// - Complexity: 2 · rows · columns · depth flops, by BLAS.
  package func setProduct(
    _ a: Block, _ b: Block, transposingLeft: Bool = false, transposingRight: Bool = false,
    scale: Scalar = 1, accumulating: Bool = false
  ) {
    let (rows, depth) = transposingLeft ? (a.columnCount, a.rowCount) : (a.rowCount, a.columnCount)
    let (rightDepth, columns) =
      transposingRight ? (b.columnCount, b.rowCount) : (b.rowCount, b.columnCount)
    precondition(
      rows == rowCount && columns == columnCount && depth == rightDepth,
      "the shapes of a product do not fit")
    guard rows > 0, columns > 0 else { return }
    ProductMemory.shared.enter()
    defer { ProductMemory.shared.leave() }
    let mode = contrastive_flushSubnormals()
    defer { contrastive_setMode(mode) }
    unsafe Scalar.multiply(
      TileProduct(
        left: .init(a.source, isTransposed: transposingLeft),
        right: .init(b.source, isTransposed: transposingRight),
        target: .init(target, isTransposed: false), rows: Int32(rows), columns: Int32(columns),
        depth: Int32(depth), scale: Double(scale), accumulates: accumulating))
  }

  /// Sets a product whose rows are shared out among threads, each with BLAS to itself.
  ///
  /// - Complexity: As `setProduct`; every thread packs `b` for its own rows.
  package func setProduct(
    _ a: Block, _ b: Block, transposingLeft: Bool = false, transposingRight: Bool = false,
    threads: Int
  ) {
    // Waking a thread takes as long as some 10⁶ flops.
    let depth = transposingLeft ? a.rowCount : a.columnCount
    let flops = 2 * Double(rowCount) * Double(columnCount) * Double(depth)
    let parts = flops < 4e6 ? 1 : max(1, min(threads, rowCount))
    Workers.withSingleThreadedBLAS {
      Workers.forEach(parts, threads: threads) { _, part in
        let range = rowCount * part / parts..<rowCount * (part + 1) / parts
        rows(range).setProduct(
          transposingLeft ? a.columns(range) : a.rows(range), b, transposingLeft: transposingLeft,
          transposingRight: transposingRight)
      }
    }
  }
}
