/// Memory for scalars: owned and aligned to 64 bytes, or borrowed from somewhere that keeps it.
///
/// A class, so that blocks of it stay valid for as long as anyone holds one. It is bounds-checked
/// by `Block`, the only way to it. What the type system does not check is that two threads never
/// write the same element at once: the engine hands its workers disjoint blocks.
@usableFromInline
@safe package final class Storage<Scalar: EmbeddingScalar>: @unchecked Sendable {
  @usableFromInline package let base: UnsafeMutablePointer<Scalar>
  package let count: Int

  /// Whether the memory is somebody else's, and must not be written.
  @usableFromInline package let isBorrowed: Bool

  private let owner: AnyObject?

  /// Where the memory came from and goes back to, if it is not the system.
  private let lease: (workspace: Workspace, memory: Workspace.Memory)?

  /// Allocates `count` elements: zeros, or whatever the memory held.
  ///
  /// Scratch that a product sets before anything reads it needs no zeros.
  ///
  /// - Parameter workspace: Where to take the memory from; `nil` for the system.
  package init(count: Int, zeroed: Bool = true, from workspace: Workspace? = nil) {
    let byteCount = max(count, 1) * MemoryLayout<Scalar>.stride
    let memory = workspace?.take(byteCount: byteCount)
    let bytes =
      unsafe memory?.base ?? SystemMemory.allocate(byteCount: byteCount, alignment: 64)
    // A zero is all zero bits, and filling bytes is one memset where filling generic elements is a
    // loop through witness tables.
    if zeroed { unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount) }
    unsafe base = bytes.bindMemory(to: Scalar.self, capacity: count)
    self.count = count
    isBorrowed = false
    owner = nil
    lease = workspace.flatMap { workspace in memory.map { (workspace, $0) } }
  }

  /// Borrows memory that stays valid and unchanged while `owner` (or, without one, the caller's
  /// own promise) keeps it.
  @unsafe package init(borrowing memory: UnsafeBufferPointer<Scalar>, owner: AnyObject?) {
    // An empty buffer may have no address; a null one is never read.
    unsafe base =
      UnsafeMutablePointer(mutating: memory.baseAddress)
      ?? SystemMemory.allocate(byteCount: MemoryLayout<Scalar>.stride, alignment: 64)
      .bindMemory(to: Scalar.self, capacity: 1)
    count = memory.count
    isBorrowed = unsafe memory.baseAddress != nil
    self.owner = owner
    lease = nil
  }

  deinit {
    if let lease {
      lease.workspace.put(lease.memory)
    } else if !isBorrowed {
      unsafe SystemMemory.deallocate(base)
    }
  }
}
