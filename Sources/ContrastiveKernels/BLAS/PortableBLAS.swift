import CContrastiveKernels

/// A product of our own, for where there is no library: slow, since it is tuned for no processor.
///
/// It is compiled wherever there is another, too, so that it is tested there.
enum PortableBLAS: BLASLibrary {
  @unsafe static func multiplyFloats(_ product: TileProduct) {
    unsafe multiply(product, by: Float.kernels(on: .best))
  }

  @unsafe static func multiplyDoubles(_ product: TileProduct) {
    unsafe multiply(product, by: Double.kernels(on: .best))
  }

  @unsafe static func multiply(
    _ product: TileProduct, by kernels: UnsafePointer<contrastive_kernels>
  ) {
    let (rows, columns) = unsafe (Int(product.rows), Int(product.columns))
    let depth = unsafe Int(product.depth)
    unsafe kernels.pointee.multiply(
      tile(product.left, rows, depth), product.left.isTransposed,
      tile(product.right, depth, columns), product.right.isTransposed, product.scale,
      product.accumulates, tile(product.target, rows, columns))
  }

  /// The tile that a factor of so many rows and columns is made of.
  @unsafe private static func tile(
    _ factor: TileProduct.Factor, _ rows: Int, _ columns: Int
  ) -> contrastive_tile {
    let (rows, columns) = unsafe factor.isTransposed ? (columns, rows) : (rows, columns)
    return unsafe contrastive_tile(
      elements: factor.elements, rows: rows, columns: columns, stride: Int(factor.stride))
  }

  /// The threads that share a product out are its callers'.
  static var threadCount: Int { 1 }

  static func setThreadCount(_ count: Int) {}

  static var coreName: String { "PortableGEMM" }
}
