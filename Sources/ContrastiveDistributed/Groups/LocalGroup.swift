public import ContrastiveEmbeddings
import Dispatch
import Synchronization

/// Ranks that are threads of one process: for tests, and for a process that holds several shards.
///
/// ```swift
/// let steps = LocalGroup.run(count: 4) {
///   group throws(ContrastiveError) in
///   try loss.valueWithGradient(
///     images: images[group.rank], texts: texts[group.rank],
///     across: group)
/// }
/// ```
public final class LocalGroup: RankGroup {
  public let rank: Int
  public let limit: Duration
  private let mailroom: LocalExchange
  private let state = Mutex<(traffic: RankTraffic, failure: ContrastiveError?)>((.init(), nil))

  public var count: Int { mailroom.count }
  public var traffic: RankTraffic { state.withLock { $0.traffic } }

  private init(rank: Int, limit: Duration, mailroom: LocalExchange) {
    self.rank = rank
    self.limit = limit
    self.mailroom = mailroom
  }

  /// Runs `body` on a thread for every rank, and returns what came of each.
  ///
  /// A rank whose body has returned, or thrown, has left: a rank that waits for it after that throws.
  public static func run<Result: Sendable>(
    count: Int, limit: Duration = .seconds(300),
    _ body: @escaping @Sendable (LocalGroup) throws(ContrastiveError) -> Result
  ) -> [Swift.Result<Result, ContrastiveError>] {
    precondition(count > 0, "at least one rank")
    let mailroom = LocalExchange(count: count)
    let outcomes = Outcomes<Result>()
    let all = DispatchGroup()
    for rank in 0..<count {
      // A serial queue has a thread of its own, also while others wait.
      DispatchQueue(label: "rank \(rank)").async(group: all) {
        let group = LocalGroup(rank: rank, limit: limit, mailroom: mailroom)
        let result = Swift.Result { () throws(ContrastiveError) in try body(group) }
        mailroom.leave(rank)
        outcomes.all.withLock { $0[rank] = result }
      }
    }
    all.wait()
    return outcomes.all.withLock { all in (0..<count).compactMap { all[$0] } }
  }

  /// What came of the ranks.
  private final class Outcomes<Result: Sendable>: Sendable {
    let all = Mutex<[Int: Swift.Result<Result, ContrastiveError>]>([:])
  }

  public func exchange(
    _ message: RankMessage?, to receiver: Int, receiving incoming: RankMessage?, from sender: Int
  ) throws(ContrastiveError) -> any RankExchange {
    if let failure = state.withLock({ $0.failure }) { throw failure }
    if let message {
      state.withLock {
        $0.traffic.byteCount += message.byteCount
        $0.traffic.messageCount += 1
      }
      mailroom.mailbox(from: rank, to: receiver).put(message.copy)
    }
    return Pending(group: self, incoming: incoming, sender: sender)
  }

  private final class Pending: RankExchange {
    let group: LocalGroup
    let incoming: RankMessage?
    let sender: Int

    init(group: LocalGroup, incoming: RankMessage?, sender: Int) {
      (self.group, self.incoming, self.sender) = (group, incoming, sender)
    }

    func advance() {}

    func finish(within limit: Duration) throws(ContrastiveError) {
      guard let incoming else { return }
      let mailbox = group.mailroom.mailbox(from: sender, to: group.rank)
      let failure: ContrastiveError
      do {
        if incoming.set(try mailbox.take(within: limit)) { return }
        failure = .outOfStep(rank: sender)
      } catch {
        failure =
          switch error {
          case .left: .left(rank: sender)
          case .silent: .silent(rank: sender, for: limit)
          }
      }
      group.state.withLock { $0.failure = failure }
      throw failure
    }
  }
}
