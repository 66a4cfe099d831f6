import Contrastive

/// Rows in a random order, of which the last are the test rows.
struct ShuffledSplit: Hashable, Sendable {
  let order: [Int]
  let trainCount: Int

  /// Draws test rows.
  ///
  /// Of rows with an id the first in the files is drawn, and takes the others with it: groups have equal chances, and rows
  /// without others of their id are drawn as they are without ids.
  ///
  /// - Parameter ids: Rows of one id stay on one side: what was trained on tests nothing. There may be a few more test
  ///   rows for it.
  init(of rowCount: Int, testCount: Int, ids: [Int]?, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let drawn = (0..<rowCount).shuffled(using: &generator)
    guard let ids else {
      (order, trainCount) = (drawn, rowCount - testCount)
      return
    }
    let groups = Dictionary(grouping: 0..<rowCount) { ids[$0] }
    var isTest = [Bool](repeating: false, count: rowCount)
    var count = 0
    // From the end on, until there are enough.
    for row in drawn.reversed() where count < testCount {
      guard let group = groups[ids[row]], group[0] == row else { continue }
      for member in group { isTest[member] = true }
      count += group.count
    }
    order = drawn.filter { !isTest[$0] } + drawn.filter { isTest[$0] }
    trainCount = rowCount - count
  }
}
