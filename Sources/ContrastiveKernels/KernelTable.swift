import CContrastiveKernels

/// The C loops of one scalar type and one instruction set.
@safe public struct _KernelTable: @unchecked Sendable {
  // It never changes.
  let pointer: UnsafePointer<contrastive_kernels>
}

/// The C products of sixteen bits of one instruction set.
@safe public struct _ProductTable: @unchecked Sendable {
  // It never changes.
  let pointer: UnsafePointer<contrastive_products>
}

extension EmbeddingScalar {
  /// The loops of an instruction set.
  @unsafe static func kernels(on isa: InstructionSet) -> UnsafePointer<contrastive_kernels> {
    unsafe _kernels(on: isa).pointer
  }

  /// Whether products of codes are worth it: whether they take a quarter of the time of floats'.
  package static func _screens(on isa: InstructionSet) -> Bool {
    unsafe kernels(on: isa).pointee.screens
  }
}
