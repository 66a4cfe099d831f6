import CContrastiveKernels
public import RealModule

/// A number that embeddings can be made of: `Float` or `Double`.
///
/// `Float` is for training, `Double` for analysis and gradient checks. Both run the same engine,
/// whose loops are never generic: there is a table of them for each. There is none for a third
/// type, and one that is made to conform traps at the first loop.
public protocol EmbeddingScalar: BinaryFloatingPoint, BitwiseCopyable, Real, Sendable {}

extension Float: EmbeddingScalar {}

extension Double: EmbeddingScalar {}

extension EmbeddingScalar {
  /// Which of the two this is.
  private static var isFloat: Bool {
    if Self.self == Float.self { return true }
    precondition(Self.self == Double.self, "embeddings are made of Float or of Double")
    return false
  }

  /// A product of tiles of this type, by BLAS.
  @unsafe static func multiply(_ product: TileProduct) {
    if isFloat {
      unsafe BLAS.Library.multiplyFloats(product)
    } else {
      unsafe BLAS.Library.multiplyDoubles(product)
    }
  }

  /// The loops of an instruction set, or the portable ones.
  @unsafe static func kernels(on isa: InstructionSet) -> UnsafePointer<contrastive_kernels> {
    let tables = unsafe isa.kernels.runnableTables
    return unsafe isFloat ? tables.pointee.ofFloat : tables.pointee.ofDouble
  }

  /// The products of sixteen bits, of `Float` alone.
  static func products(on isa: InstructionSet) -> ProductTable? {
    guard isFloat else { return nil }
    return unsafe ProductTable(pointer: isa.runnableTables.pointee.products)
  }

  /// Whether products of codes are worth it: whether they take a quarter of the time of floats'.
  package static func screens(on isa: InstructionSet) -> Bool {
    unsafe kernels(on: isa).pointee.screens
  }
}
