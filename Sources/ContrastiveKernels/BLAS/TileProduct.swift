import CContrastiveKernels

/// A product of tiles, in the numbers that every CBLAS takes.
///
/// ```
/// target = scale · op(left) · op(right)
///          + (accumulates ? target : 0)
/// ```
/// Each op transposes or does not.
@unsafe struct TileProduct {
  /// A tile whose elements a library reads, and the distance from row to row.
  @unsafe struct Factor {
    let elements: UnsafeMutableRawPointer
    let stride: Int32
    let isTransposed: Bool

    @unsafe init(_ tile: contrastive_tile, isTransposed: Bool) {
      unsafe elements = tile.elements
      // CBLAS wants a stride of at least 1 for tiles without columns, too.
      unsafe stride = Int32(max(1, tile.stride))
      unsafe self.isTransposed = isTransposed
    }

    @unsafe func of<Scalar>(_ type: Scalar.Type) -> UnsafeMutablePointer<Scalar> {
      unsafe elements.assumingMemoryBound(to: type)
    }
  }

  let left, right, target: Factor
  let rows, columns, depth: Int32
  let scale: Double
  let accumulates: Bool
}
