/// The slots of a ring that drops its oldest rows: how many are filled, and where the next row goes.
struct RingSlots: Hashable, Sendable {
  let capacity: Int
  private(set) var count = 0
  private(set) var next = 0

  /// Slots of which the first `count` are filled, and the oldest is slot `next`.
  init(capacity: Int, count: Int = 0, next: Int = 0) {
    self.capacity = capacity
    self.count = count
    self.next = next
  }

  /// Neighbouring rows of a batch, and the neighbouring slots that they go to.
  struct Run {
    let rows: Range<Int>
    let slots: Range<Int>
  }

  /// Makes room for a batch, at most two runs of it.
  ///
  /// Rows that would be overwritten by the same batch are in no run, but they move the ring on.
  mutating func advance(by rowCount: Int) -> [Run] {
    var runs: [Run] = []
    var row = max(0, rowCount - capacity)
    next = (next + row) % capacity
    while row < rowCount {
      let length = min(capacity - next, rowCount - row)
      runs.append(Run(rows: row..<row + length, slots: next..<next + length))
      row += length
      next = (next + length) % capacity
    }
    count = min(capacity, count + rowCount)
    return runs
  }
}
