package import ContrastiveKernels

extension Workers {
  /// As `forEach`, with a result for every item.
  package static func map<Result: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (_ worker: Int, _ item: Int) -> Result
  ) -> [Result] {
    let slots = (0..<count).map { _ in Slot<Result>() }
    forEach(count, threads: threads) { worker, item in
      slots[item].result = body(worker, item)
    }
    return slots.compactMap(\.result)
  }

  private final class Slot<Result: Sendable>: @unchecked Sendable {
    var result: Result?
  }
}
