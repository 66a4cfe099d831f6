import Testing

@testable import Experiments

@Suite("A shuffled split")
struct ShuffledSplitTests {
  private func testRows(_ ids: [Int]?, seed: UInt64 = 1) -> [Int] {
    let split = ShuffledSplit(of: 200, testCount: 40, ids: ids, seed: seed)
    #expect(split.order.sorted() == Array(0..<200))
    return Array(split.order[split.trainCount...])
  }

  @Test("draws the same rows with ids of their own as without ids")
  func ownIDs() {
    #expect(testRows(nil).count == 40)
    #expect(testRows(Array(0..<200)) == testRows(nil))
  }

  @Test("keeps rows of one id together, and hardly draws others than without ids")
  func groups() {
    var ids = Array(0..<200)
    for row in [3, 50, 120] { ids[row] = 7 }
    for seed in UInt64(1)...20 {
      let rows = Set(testRows(ids, seed: seed))
      #expect((40...43).contains(rows.count))
      #expect([0, 4].contains([3, 7, 50, 120].count { rows.contains($0) }))
      #expect(rows.symmetricDifference(testRows(nil, seed: seed)).count <= 8)
    }
  }

  @Test("gives large groups no better chance than single rows")
  func chances() {
    // Half of the rows are in groups of ten.
    let ids = (0..<200).map { $0 < 100 ? $0 / 10 : $0 }
    let count = 400
    var (large, single) = (0, 0)
    for seed in 0..<UInt64(count) {
      let rows = testRows(ids, seed: seed + 1)
      large += Set(rows.filter { $0 < 100 }.map { ids[$0] }).count
      single += rows.count { $0 >= 100 }
    }
    // 10 and 100 groups, of which some 40 / (200 / 110) are drawn.
    let (a, b) = (Double(large) / Double(10 * count), Double(single) / Double(100 * count))
    // A share of 4000 draws has a standard error of 0.006; beside a group of ten fewer other rows are left to come before
    // it, which is a twentieth of 0.2.
    #expect(abs(a - b) < 0.04, "\(a) \(b)")
  }
}
