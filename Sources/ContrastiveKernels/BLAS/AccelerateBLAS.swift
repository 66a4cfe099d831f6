#if canImport(Accelerate)
  import Accelerate
  import Synchronization

  /// Apple's. It was compiled and tested over a module of the same interface, and nowhere measured.
  enum AccelerateBLAS: BLASLibrary {
    @unsafe static func multiplyFloats(_ product: TileProduct) {
      let (a, b, c) = unsafe (product.left, product.right, product.target)
      withThreading {
        unsafe cblas_sgemm(
          CblasRowMajor, operation(of: a), operation(of: b), product.rows, product.columns,
          product.depth, Float(product.scale), a.of(Float.self), a.stride, b.of(Float.self),
          b.stride, product.accumulates ? 1 : 0, c.of(Float.self), c.stride)
      }
    }

    @unsafe static func multiplyDoubles(_ product: TileProduct) {
      let (a, b, c) = unsafe (product.left, product.right, product.target)
      withThreading {
        unsafe cblas_dgemm(
          CblasRowMajor, operation(of: a), operation(of: b), product.rows, product.columns,
          product.depth, product.scale, a.of(Double.self), a.stride, b.of(Double.self), b.stride,
          product.accumulates ? 1 : 0, c.of(Double.self), c.stride)
      }
    }

    @unsafe private static func operation(of factor: TileProduct.Factor) -> CBLAS_TRANSPOSE {
      unsafe factor.isTransposed ? CblasTrans : CblasNoTrans
    }

    /// Accelerate has one thread or as many as it likes, and its setting is each thread's own: the
    /// process's is kept here, and a thread that has another takes it for the length of a product.
    private static let wanted = Atomic(processorCount)

    private static func withThreading(_ multiply: () -> Void) {
      let model = threadCount == 1 ? BLAS_THREADING_SINGLE_THREADED : BLAS_THREADING_MULTI_THREADED
      let before = BLASGetThreading()
      guard before != model else { return multiply() }
      _ = BLASSetThreading(model)
      multiply()
      _ = BLASSetThreading(before)
    }

    static var threadCount: Int { wanted.load(ordering: .relaxed) }

    static func setThreadCount(_ count: Int) { wanted.store(max(1, count), ordering: .relaxed) }

    static var coreName: String { "Accelerate" }
  }
#endif
