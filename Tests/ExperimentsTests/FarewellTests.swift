import Contrastive
import ContrastiveDistributed
import TestSupport
import Testing

@testable import Experiments

@Suite("the farewell of ranks")
struct FarewellTests {
  private func leave(
    _ statuses: [Int32],
    before: @escaping @Sendable (LocalGroup) throws(ContrastiveError) -> Void = { _ in }
  ) throws -> [Bool] {
    try LocalGroup.run(count: statuses.count, limit: .seconds(60)) {
      group throws(ContrastiveError) in
      // What goes wrong before is told by the status.
      try? before(group)
      return group.takeLeave(status: statuses[group.rank], patience: .seconds(60))
    }.map { try $0.get() }
  }

  @Test("is of all, with results or with an error that all have")
  func together() throws {
    #expect(try leave([0, 0, 0]) == [true, true, true])
    #expect(try leave([65, 65, 65]) == [true, true, true])
    #expect(try leave([0]) == [true])
  }

  @Test("is none where a rank waits for something else")
  func apart() throws {
    let rows = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 1)
    let left = try leave([65, 0, 0]) { group throws(ContrastiveError) in
      guard group.rank > 0 else { return }
      _ = try CLIP(temperature: 0.1).valueWithGradient(images: rows, texts: rows, across: group)
    }
    // It is no answer to a call, whose ranks' group is dead then.
    #expect(left.dropFirst() == [false, false])
  }

  @Test("is none where a rank has gone")
  func gone() throws {
    let left = LocalGroup.run(count: 2, limit: .seconds(60)) { group throws(ContrastiveError) in
      if group.rank == 1 { throw ContrastiveError(.rows, .notFinite) }
      return group.takeLeave(status: 0, patience: .seconds(60))
    }
    #expect(try left[0].get() == false)
  }
}
