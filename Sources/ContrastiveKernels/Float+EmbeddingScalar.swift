import CContrastiveKernels
import COpenBLAS
public import RealModule

extension Float: EmbeddingScalar {
  @unsafe public static func _multiply(
    _ a: UnsafePointer<Float>, transposed: Bool, stride aStride: Int,
    _ b: UnsafePointer<Float>, transposed bTransposed: Bool, stride bStride: Int,
    rows: Int, columns: Int, depth: Int,
    scale: Float, into c: UnsafeMutablePointer<Float>, stride cStride: Int, accumulating: Bool
  ) {
    unsafe cblas_sgemm(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans,
      bTransposed ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns), blasint(depth),
      scale, a, blasint(aStride), b, blasint(bStride), accumulating ? 1 : 0, c,
      blasint(cStride))
  }

  public static func _kernels(on isa: InstructionSet) -> _KernelTable {
    let own =
      switch isa {
      case .portable: unsafe contrastive_float_portable()
      case .avx2: unsafe contrastive_float_avx2()
      case .avx512: unsafe contrastive_float_avx512()
      case .avx512vnni, .avx512bf16: unsafe contrastive_float_avx512vnni()
      }
    return unsafe _KernelTable(pointer: own ?? contrastive_float_portable())
  }

  public static func _products(on isa: InstructionSet) -> _ProductTable? {
    let own =
      switch isa {
      case .portable: unsafe contrastive_products_portable()
      case .avx2: unsafe contrastive_products_avx2()
      case .avx512: unsafe contrastive_products_avx512()
      case .avx512vnni: unsafe contrastive_products_avx512vnni()
      case .avx512bf16: unsafe contrastive_products_avx512bf16()
      }
    return unsafe _ProductTable(pointer: own ?? contrastive_products_portable())
  }
}
