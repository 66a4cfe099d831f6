import Contrastive
import ContrastiveDistributed
import Synchronization

/// A group of ranks that notes when its rank is in an exchange, and not at the step's own work.
final class TimedGroup: RankGroup {
  private let group: any RankGroup
  private let noted = Mutex<[Span]>([])
  private let clock = ContinuousClock()

  /// What a rank did for its messages, and when.
  struct Span {
    enum Kind: String {
      /// Sending and receiving are begun.
      case start
      /// Messages are let move on, between two pieces of work.
      case advance
      /// What has not arrived is waited for.
      case finish
    }

    let kind: Kind
    let begin: ContinuousClock.Instant
    let end: ContinuousClock.Instant
  }

  init(_ group: any RankGroup) { self.group = group }

  var rank: Int { group.rank }
  var count: Int { group.count }
  var limit: Duration { group.limit }
  var traffic: RankTraffic { group.traffic }

  func exchange(
    _ message: RankMessage?, to receiver: Int, receiving incoming: RankMessage?, from sender: Int
  ) throws(ContrastiveError) -> any RankExchange {
    let begin = clock.now
    let exchange = try group.exchange(message, to: receiver, receiving: incoming, from: sender)
    note(.start, since: begin)
    return Exchange(exchange, of: self)
  }

  /// The spans since this was last asked for.
  func takeSpans() -> [Span] {
    noted.withLock { spans in
      defer { spans = [] }
      return spans
    }
  }

  private func note(_ kind: Span.Kind, since begin: ContinuousClock.Instant) {
    let span = Span(kind: kind, begin: begin, end: clock.now)
    noted.withLock { $0.append(span) }
  }

  private final class Exchange: RankExchange {
    private let exchange: any RankExchange
    private let group: TimedGroup

    init(_ exchange: any RankExchange, of group: TimedGroup) {
      (self.exchange, self.group) = (exchange, group)
    }

    func advance() {
      let begin = group.clock.now
      exchange.advance()
      group.note(.advance, since: begin)
    }

    func finish(within limit: Duration) throws(ContrastiveError) {
      let begin = group.clock.now
      defer { group.note(.finish, since: begin) }
      try exchange.finish(within: limit)
    }
  }
}
