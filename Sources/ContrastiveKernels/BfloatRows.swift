import CContrastiveKernels

/// Rows rounded to bfloat16, for the right side of several products.
@safe package final class BfloatRows<Scalar: EmbeddingScalar>: @unchecked Sendable {
  let block: Block<Scalar>
  private let pairs: Workspace.Memory
  private let workspace: Workspace

  /// - Returns: `nil` where there are no products of bfloat16.
  package init?(_ rows: Block<Scalar>, for products: SixteenBitProducts<Scalar>) {
    guard let pack = unsafe products.table.pointer.pointee.bfloatPack,
      let room = unsafe products.table.pointer.pointee.bfloatRoom
    else { return nil }
    block = rows
    workspace = products.workspace
    let count = room(rows.rowCount, rows.columnCount)
    pairs = workspace.take(byteCount: max(1, count) * MemoryLayout<Int32>.stride)
    unsafe pairs.base.bindMemory(to: Int32.self, capacity: max(1, count))
    unsafe pack(rows.source, elements)
  }

  deinit { workspace.put(pairs) }

  var elements: UnsafeMutablePointer<Int32> {
    unsafe pairs.base.assumingMemoryBound(to: Int32.self)
  }
}
