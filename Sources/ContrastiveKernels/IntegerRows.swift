import CContrastiveKernels

/// The longest of some rows, and the largest step of their 16-bit integers.
///
/// A row's step is the larger of its length / 46 000 and its largest element / 32 767, so that every
/// element is off by half a step at the most.
package struct IntegerExtent: Hashable, Sendable {
  package var step = 0.0
  package var length = 0.0

  package init() {}

  init(_ extent: contrastive_extent) {
    step = extent.step
    length = extent.length
  }

  /// Whether integers stand for the rows: not if their squares overflow.
  package var isFinite: Bool { step.isFinite && length.isFinite }
}

/// Rows of 16-bit integers, a step each, for the left side of products.
@safe package final class IntegerRows<Scalar: EmbeddingScalar>: @unchecked Sendable {
  package let rowCount: Int
  package let dimension: Int
  package private(set) var extent = IntegerExtent()
  private let products: SixteenBitProducts<Scalar>
  private let pairs: Workspace.Memory
  private let rowSteps: Workspace.Memory

  /// Rounds rows.
  package init(_ rows: Block<Scalar>, for products: SixteenBitProducts<Scalar>) {
    self.products = products
    (rowCount, dimension) = (rows.rowCount, rows.columnCount)
    let room = unsafe products.table.pointer.pointee.narrowRoom(rowCount, dimension)
    pairs = products.workspace.take(byteCount: max(1, room) * MemoryLayout<Int32>.stride)
    rowSteps = products.workspace.take(byteCount: max(1, rowCount) * MemoryLayout<Float>.stride)
    unsafe pairs.base.bindMemory(to: Int32.self, capacity: room)
    unsafe rowSteps.base.bindMemory(to: Float.self, capacity: rowCount)
    guard rowCount > 0 else { return }
    var extent = contrastive_extent()
    unsafe products.table.pointer.pointee.narrowRows(
      rows.source, elements, steps, &extent)
    self.extent = IntegerExtent(extent)
  }

  deinit {
    products.workspace.put(pairs)
    products.workspace.put(rowSteps)
  }

  private var elements: UnsafeMutablePointer<Int32> {
    unsafe pairs.base.assumingMemoryBound(to: Int32.self)
  }

  private var steps: UnsafeMutablePointer<Float> {
    unsafe rowSteps.base.assumingMemoryBound(to: Float.self)
  }

  /// Sets scale times the inner products of these rows and those of `columns`, which are rounded too.
  ///
  /// - Returns: The extent of `columns`.
  package func setProducts(
    _ tile: Block<Scalar>, with columns: Block<Scalar>, scale: Double
  ) -> IntegerExtent {
    precondition(
      tile.rowCount == rowCount && tile.columnCount == columns.rowCount
        && columns.columnCount == dimension, "the shapes of a product do not fit")
    var extent = contrastive_extent()
    guard tile.rowCount > 0, tile.columnCount > 0 else { return IntegerExtent() }
    let room = unsafe products.table.pointer.pointee.narrowScratch(dimension)
    let scratch = products.workspace.take(byteCount: max(1, room) * MemoryLayout<Int32>.stride)
    defer { products.workspace.put(scratch) }
    unsafe products.table.pointer.pointee.narrowProducts(
      elements, steps, columns.source, scale,
      scratch.base.bindMemory(to: Int32.self, capacity: room), tile.target, &extent)
    return IntegerExtent(extent)
  }
}
