/// The ranks' parts of an array's rows, one after another: any number each, and none.
struct Shards: Hashable, Sendable {
  /// How many rows each rank has.
  let counts: [Int]

  /// Which rank this is.
  let rank: Int

  /// How many there are.
  var total: Int { counts.reduce(0, +) }

  /// How many this rank has.
  var own: Int { counts[rank] }

  /// Which of all rows a rank's are.
  func range(of rank: Int) -> Range<Int> {
    let start = counts[..<rank].reduce(0, +)
    return start..<start + counts[rank]
  }

  /// As many times the rows.
  func multiplied(by factor: Int) -> Shards {
    Shards(counts: counts.map { $0 * factor }, rank: rank)
  }
}
