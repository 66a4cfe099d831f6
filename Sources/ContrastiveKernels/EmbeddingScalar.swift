public import RealModule

/// A number that embeddings can be made of: `Float` or `Double`.
///
/// `Float` is for training, `Double` for analysis and gradient checks. Both run the same engine;
/// the requirements are its whole-tile kernels, so that no hot loop is ever generic. They are not
/// for use outside this package, and no other type can sensibly conform.
public protocol EmbeddingScalar: BinaryFloatingPoint, BitwiseCopyable, Real, Sendable {
  /// c = scale · op(a) · op(b) + (accumulating ? c : 0), by BLAS; shapes as in `cblas_sgemm`.
  @unsafe static func _multiply(
    _ a: UnsafePointer<Self>, transposed: Bool, stride aStride: Int,
    _ b: UnsafePointer<Self>, transposed bTransposed: Bool, stride bStride: Int,
    rows: Int, columns: Int, depth: Int,
    scale: Self, into c: UnsafeMutablePointer<Self>, stride cStride: Int, accumulating: Bool)

  /// The loops of `CContrastiveKernels.h` for this type. Asking for an instruction set that this
  /// processor lacks gives the portable ones, which give the same results to rounding.
  static func _kernels(on isa: InstructionSet) -> _KernelTable

  /// The products of sixteen bits for this type, if there are any.
  static func _products(on isa: InstructionSet) -> _ProductTable?
}
