import CContrastiveKernels

/// The C products of sixteen bits of one instruction set.
@safe struct ProductTable: @unchecked Sendable {
  // It never changes.
  let pointer: UnsafePointer<contrastive_products>
}
