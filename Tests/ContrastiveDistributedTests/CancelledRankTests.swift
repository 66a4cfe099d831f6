import Contrastive
import ContrastiveDistributed
import Dispatch
import Synchronization
import TestSupport
import Testing

/// What becomes of the others when a rank's task is cancelled: none waits for ever.
@Suite("ranks in tasks that are cancelled")
struct CancelledRankTests {
  private typealias Outcome = Result<CLIP.Gradient<Float>, ContrastiveError>

  /// A rank whose task is cancelled as it exchanges for the so many-th time.
  private final class CancellingGroup: RankGroup {
    let group: LocalGroup
    let stop: Int
    let cancel: @Sendable () -> Void
    let exchangeCount = Atomic(0)

    init(_ group: LocalGroup, at stop: Int, cancel: @escaping @Sendable () -> Void) {
      (self.group, self.stop, self.cancel) = (group, stop, cancel)
    }

    var rank: Int { group.rank }
    var count: Int { group.count }
    var limit: Duration { group.limit }
    var traffic: RankTraffic { group.traffic }

    func exchange(
      _ message: RankMessage?, to receiver: Int, receiving incoming: RankMessage?,
      from sender: Int
    ) throws(ContrastiveError) -> any RankExchange {
      if exchangeCount.wrappingAdd(1, ordering: .relaxed).newValue == stop { cancel() }
      return try group.exchange(message, to: receiver, receiving: incoming, from: sender)
    }
  }

  private static func step(
    _ group: any RankGroup
  ) throws(ContrastiveError) -> CLIP.Gradient<Float> {
    let images = Matrix<Float>.random(rowCount: 5, columnCount: 4, seed: UInt64(group.rank))
    let texts = Matrix<Float>.random(rowCount: 5, columnCount: 4, seed: UInt64(group.rank + 9))
    return try CLIP(temperature: 0.1).valueWithGradient(
      images: images, texts: texts, of: .all, across: group
    ).gradient
  }

  /// What three ranks give, the second of which is in a task.
  ///
  /// - Parameter stop: At which exchange the task is cancelled; 0 for before the call.
  private static func outcomes(cancellingAt stop: Int) async -> [Outcome] {
    // A thread of its own waits for the ranks, and none of those that tasks share.
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "ranks").async {
        let outcomes = LocalGroup.run(count: 3, limit: .seconds(60)) {
          group throws(ContrastiveError) in
          guard group.rank == 1 else { return try step(group) }
          let (outcome, done) = (Box(), DispatchSemaphore(value: 0))
          let executor = ThreadExecutor()
          Task(executorPreference: executor) {
            outcome.set(
              try? await withCancellableTask(on: executor) { cancel in
                if stop == 0 { cancel() }
                return Outcome { () throws(ContrastiveError) in
                  try step(CancellingGroup(group, at: stop, cancel: cancel))
                }
              })
            done.signal()
          }
          done.wait()
          return try outcome.get()
        }
        continuation.resume(returning: outcomes)
      }
    }
  }

  private final class Box: Sendable {
    private let outcome = Mutex<Outcome?>(nil)

    func set(_ outcome: Outcome?) { self.outcome.withLock { $0 = outcome } }

    func get() throws(ContrastiveError) -> CLIP.Gradient<Float> {
      guard let outcome = outcome.withLock({ $0 }) else { throw .init(.ranks, .cancelled) }
      return try outcome.get()
    }
  }

  @Test("make all of them throw before they begin")
  func before() async {
    for outcome in await Self.outcomes(cancellingAt: 0) {
      guard case .failure(let error) = outcome else {
        Issue.record("no error")
        continue
      }
      #expect(error == ContrastiveError(.init("task of rank 1"), .cancelled))
    }
  }

  @Test("go on once they have begun, and give the same", arguments: [1, 2, 5, 8])
  func amid(stop: Int) async throws {
    let expected = LocalGroup.run(count: 3) { group throws(ContrastiveError) in
      try Self.step(group)
    }
    for (outcome, expected) in zip(await Self.outcomes(cancellingAt: stop), expected) {
      let (found, expected) = (try outcome.get(), try expected.get())
      #expect(found.images == expected.images && found.texts == expected.texts)
      #expect(found.images != nil)
    }
  }
}
