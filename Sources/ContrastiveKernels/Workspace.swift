import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Memory that calls use one after another: tiles, kept logits, and the gradients they return.
///
/// Memory that is new to a process is handed over page by page, when it is first touched: 64 MiB of
/// it took 40 to 110 ms on a virtual machine, as long as the whole of a CLIP step at 4096 × 512. So
/// what a call has used stays here for the next one. A gradient comes back when the last matrix
/// that shares it is gone; a loop that drops each step's gradients after the update allocates
/// nothing large from its third step on.
///
/// Calls at the same time can share a workspace: each holds its own part.
public final class Workspace: Hashable, Sendable {
  /// The workspace of calls that name no other; it keeps up to 512 MiB.
  public static let shared = Workspace(retaining: 512 << 20)

  /// How many bytes are kept for later calls at the most.
  public let byteLimit: Int

  /// Creates a workspace.
  ///
  /// - Parameter byteLimit: How much to keep; 0 gives all memory back at once.
  public init(retaining byteLimit: Int) {
    self.byteLimit = max(0, byteLimit)
  }

  /// Gives back what no call is using.
  public func removeAll() {
    let memories = free.withLock { free in
      defer { free = [] }
      return free
    }
    for memory in memories { memory.deallocate() }
  }

  /// How many bytes are kept for later calls.
  public var retainedByteCount: Int {
    free.withLock { free in free.reduce(0) { $0 + $1.byteCount } }
  }

  /// How often memory was asked of the system.
  package var allocationCount: Int { allocations.load(ordering: .relaxed) }

  /// What is kept, the longest unused first.
  private let free = Mutex<[Memory]>([])
  private let allocations = Atomic(0)

  /// Smaller ones than this are malloc's business, which does as well.
  private static let smallest = 64 << 10

  @safe struct Memory: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    init(byteCount: Int) {
      self.byteCount = byteCount
      // Pages of 2 MiB are touched one by one too, but there are 512 times fewer of them.
      let page = 2 << 20
      let isLarge = byteCount >= 2 * page
      unsafe base = SystemMemory.allocate(byteCount: byteCount, alignment: isLarge ? page : 64)
      #if canImport(Glibc)
        if isLarge { unsafe _ = madvise(base, byteCount, MADV_HUGEPAGE) }
      #endif
    }

    func deallocate() { unsafe SystemMemory.deallocate(base) }
  }

  /// Hands out memory, kept or new.
  func take(byteCount: Int) -> Memory {
    let kept = free.withLock { free -> Memory? in
      guard byteCount >= Self.smallest else { return nil }
      // The smallest that is large enough, but none that would waste more than a quarter.
      let fitting = free.indices.filter {
        free[$0].byteCount >= byteCount && free[$0].byteCount / 5 * 4 <= byteCount
      }
      return fitting.min { free[$0].byteCount < free[$1].byteCount }.map { free.remove(at: $0) }
    }
    if let kept { return kept }
    if byteCount >= Self.smallest { allocations.wrappingAdd(1, ordering: .relaxed) }
    return Memory(byteCount: byteCount)
  }

  /// Takes memory back.
  func put(_ memory: Memory) {
    let dropped = free.withLock { free -> [Memory] in
      guard memory.byteCount >= Self.smallest, memory.byteCount <= byteLimit else {
        return [memory]
      }
      free.append(memory)
      var excess = free.reduce(-byteLimit) { $0 + $1.byteCount }
      var dropped: [Memory] = []
      while excess > 0, !free.isEmpty {
        dropped.append(free.removeFirst())
        excess -= dropped.last?.byteCount ?? 0
      }
      return dropped
    }
    for memory in dropped { memory.deallocate() }
  }

  deinit { removeAll() }

  public static func == (a: Workspace, b: Workspace) -> Bool { a === b }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
