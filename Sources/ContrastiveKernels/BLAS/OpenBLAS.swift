#if OpenBLAS && !canImport(Accelerate)
  import COpenBLAS

  enum OpenBLAS: BLASLibrary {
    @unsafe static func multiplyFloats(_ product: TileProduct) {
      let (a, b, c) = unsafe (product.left, product.right, product.target)
      unsafe cblas_sgemm(
        CblasRowMajor, operation(of: a), operation(of: b), product.rows, product.columns,
        product.depth, Float(product.scale), a.of(Float.self), a.stride, b.of(Float.self), b.stride,
        product.accumulates ? 1 : 0, c.of(Float.self), c.stride)
    }

    @unsafe static func multiplyDoubles(_ product: TileProduct) {
      let (a, b, c) = unsafe (product.left, product.right, product.target)
      unsafe cblas_dgemm(
        CblasRowMajor, operation(of: a), operation(of: b), product.rows, product.columns,
        product.depth, product.scale, a.of(Double.self), a.stride, b.of(Double.self), b.stride,
        product.accumulates ? 1 : 0, c.of(Double.self), c.stride)
    }

    @unsafe private static func operation(of factor: TileProduct.Factor) -> CBLAS_TRANSPOSE {
      unsafe factor.isTransposed ? CblasTrans : CblasNoTrans
    }

    static var threadCount: Int { Int(openblas_get_num_threads()) }

    static func setThreadCount(_ count: Int) { openblas_set_num_threads(CInt(clamping: count)) }

    static var processorCount: Int { Int(openblas_get_num_procs()) }

    static var coreName: String {
      unsafe openblas_get_corename().map { unsafe String(cString: $0) } ?? "unknown"
    }

    static var waitsForMemory: Bool { true }
  }
#endif
