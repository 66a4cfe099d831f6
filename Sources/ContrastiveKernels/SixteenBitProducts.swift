import CContrastiveKernels

/// Products of rows that are rounded to sixteen bits: to integers, whose sums are exact, or to
/// bfloat16, whose sums are floats.
package struct SixteenBitProducts<Scalar: EmbeddingScalar>: Sendable {
  let table: ProductTable
  let workspace: Workspace

  /// The most columns whose products 32 bits can add up.
  package static var largestDimension: Int { 1 << 16 }

  /// - Returns: `nil` for scalars that have none.
  package init?(on isa: InstructionSet, from workspace: Workspace) {
    guard let table = Scalar.products(on: isa) else { return nil }
    self.table = table
    self.workspace = workspace
  }

  /// Whether products of integers are faster than those of scalars.
  package var areFast: Bool { unsafe table.pointer.pointee.takesLogits }

  /// Whether there are products of bfloat16.
  package var haveFloats: Bool { unsafe table.pointer.pointee.bfloatProducts != nil }

  /// The extent that rows have as integers.
  package func extent(of rows: Block<Scalar>) -> IntegerExtent {
    var extent = contrastive_extent()
    unsafe table.pointer.pointee.narrowExtent(rows.source, &extent)
    return IntegerExtent(extent)
  }

  /// Scale times the inner product of every row of `x` and the same row of `y`, as
  /// `IntegerRows.setProducts` has it.
  package func dots(_ x: Block<Scalar>, _ y: Block<Scalar>, scale: Double) -> [Double] {
    x.checkSameShape(as: y)
    return unsafe [Double](unsafeUninitializedCapacity: x.rowCount) { result, count in
      count = x.rowCount
      guard let result = result.baseAddress else { return }
      unsafe table.pointer.pointee.narrowRowDots(x.source, y.source, scale, result)
    }
  }

  /// As `Block.setProduct`, with both factors rounded to bfloat16.
  ///
  /// - Parameter packed: Those of `b`, if they are there already.
  package func setProduct(
    _ target: Block<Scalar>, _ a: Block<Scalar>, _ b: Block<Scalar>,
    packed: BfloatRows<Scalar>? = nil, transposingLeft: Bool, scale: Double, accumulating: Bool
  ) {
    let (rows, depth) = transposingLeft ? (a.columnCount, a.rowCount) : (a.rowCount, a.columnCount)
    precondition(
      rows == target.rowCount && b.columnCount == target.columnCount && depth == b.rowCount,
      "the shapes of a product do not fit")
    precondition(
      packed.map { $0.block.rowCount == b.rowCount && $0.block.columnCount == b.columnCount }
        ?? true, "packed rows are the whole factor")
    guard rows > 0, target.columnCount > 0 else { return }
    guard depth > 0, let multiply = unsafe table.pointer.pointee.bfloatProducts else {
      target.setProduct(
        a, b, transposingLeft: transposingLeft, scale: Scalar(scale), accumulating: accumulating)
      return
    }
    let room = unsafe table.pointer.pointee.bfloatScratch
    let scratch = workspace.take(byteCount: room * MemoryLayout<Int32>.stride)
    defer { workspace.put(scratch) }
    unsafe multiply(
      a.source, transposingLeft, b.source, packed?.elements, scale, accumulating,
      scratch.base.bindMemory(to: Int32.self, capacity: room), target.target)
  }
}
