import CContrastiveKernels
import COpenBLAS
public import RealModule

extension Double: EmbeddingScalar {
  @unsafe public static func _multiply(
    _ a: UnsafePointer<Double>, transposed: Bool, stride aStride: Int,
    _ b: UnsafePointer<Double>, transposed bTransposed: Bool, stride bStride: Int,
    rows: Int, columns: Int, depth: Int,
    scale: Double, into c: UnsafeMutablePointer<Double>, stride cStride: Int, accumulating: Bool
  ) {
    unsafe cblas_dgemm(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans,
      bTransposed ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns), blasint(depth),
      scale, a, blasint(aStride), b, blasint(bStride), accumulating ? 1 : 0, c,
      blasint(cStride))
  }

  public static func _kernels(on isa: InstructionSet) -> _KernelTable {
    let own =
      switch isa {
      case .portable: unsafe contrastive_double_portable()
      case .avx2: unsafe contrastive_double_avx2()
      case .avx512: unsafe contrastive_double_avx512()
      case .avx512vnni, .avx512bf16: unsafe contrastive_double_avx512vnni()
      }
    return unsafe _KernelTable(pointer: own ?? contrastive_double_portable())
  }

  public static func _products(on isa: InstructionSet) -> _ProductTable? { nil }
}
