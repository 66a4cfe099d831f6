import Contrastive
import ContrastiveDistributed

/// What ranks measure together: all have the same numbers, and so call as often.
struct RankMeasurement {
  private let group: TimedGroup

  /// Of each call that was timed, what part of it this rank was in exchanges.
  private(set) var exchangeShares: [Double] = []

  /// Of the last call, in milliseconds since it began.
  private(set) var timeline: [(kind: String, begin: Double, end: Double)] = []

  /// What this rank sends in a call.
  private(set) var traffic = RankTraffic()

  init(_ group: TimedGroup) { self.group = group }

  var rankCount: Int { group.count }

  /// The time of a call that all ranks begin together, the slowest's, in milliseconds.
  mutating func time(_ body: () throws -> Double) throws -> Double {
    try group.barrier()
    _ = group.takeSpans()
    let (begin, before) = (ContinuousClock().now, group.traffic)
    let own = try body()
    let (spans, after) = (group.takeSpans(), group.traffic)
    traffic.byteCount = after.byteCount - before.byteCount
    traffic.messageCount = after.messageCount - before.messageCount
    timeline = spans.map {
      ($0.kind.rawValue, ($0.begin - begin) / .milliseconds(1), ($0.end - begin) / .milliseconds(1))
    }
    exchangeShares.append(timeline.reduce(0) { $0 + $1.end - $1.begin } / own)
    return try largest(own) ?? own
  }

  /// The largest of all ranks' numbers; nil if one has none.
  func largest(_ number: Double?) throws -> Double? {
    let all = try group.allGather([number ?? .nan]).joined()
    return all.contains { $0.isNaN } ? nil : all.max()
  }

  /// The sum of all ranks' numbers.
  func sum(_ number: Double) throws -> Double { try group.allReduce([number])[0] }
}
