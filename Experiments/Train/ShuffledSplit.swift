import Contrastive

/// Rows in a random order, of which the last are the test rows.
struct ShuffledSplit: Hashable, Sendable {
  let order: [Int]
  let trainCount: Int

  /// Draws test rows.
  ///
  /// - Parameter ids: Rows of one id stay on one side: what was trained on tests nothing. There may be a few more test
  ///   rows for it.
  init(of rowCount: Int, testCount: Int, ids: [Int]?, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    guard let ids else {
      order = (0..<rowCount).shuffled(using: &generator)
      trainCount = rowCount - testCount
      return
    }
    var groups: [[Int]] = []
    var places: [Int: Int] = [:]
    for (row, id) in ids.enumerated() {
      if let place = places[id] {
        groups[place].append(row)
      } else {
        places[id] = groups.count
        groups.append([row])
      }
    }
    groups.shuffle(using: &generator)
    // From the end on, until there are enough.
    var count = 0
    for group in groups.reversed() where count < testCount { count += group.count }
    order = groups.flatMap(\.self)
    trainCount = rowCount - count
  }
}
