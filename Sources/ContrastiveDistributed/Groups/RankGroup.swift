public import ContrastiveEmbeddings

/// Ranks that compute one loss together: processes of an MPI program, or threads of one process.
///
/// Every rank calls the same things in the same order. A loss over ranks is the loss of their batches, one after another in
/// the order of the ranks, however many rows each has:
/// ```swift
/// let loss = CLIP(temperature: 0.07)
/// let step = try loss.valueWithGradient(
///   images: images, texts: texts, across: group)
/// ```
/// A rank that leaves, or is silent for longer than ``limit``, makes every call throw, that one and those after it: what the
/// ranks have exchanged by then does not fit together any more, and nothing but a new group does.
///
/// Everything a loss needs of a group is ``exchange(_:to:receiving:from:)``; gathering, adding up and waiting for all are made of it,
/// so that each ends after the limit at the latest.
public protocol RankGroup: AnyObject, Sendable {
  /// Which of the ranks this is, from 0.
  var rank: Int { get }

  /// How many ranks there are.
  var count: Int { get }

  /// How long a rank may be silent.
  var limit: Duration { get }

  /// What this rank has sent so far.
  var traffic: RankTraffic { get }

  /// Begins to send a message to a rank and to receive one from a rank, which may be another.
  ///
  /// Both go on while the caller computes. Messages from one rank to another arrive in the order in which they were sent.
  ///
  /// - Parameters:
  ///   - message: Stays as it is until the exchange is finished; `nil` to send nothing.
  ///   - receiver: The rank that it is for.
  ///   - incoming: As long as what is sent; `nil` to receive nothing.
  ///   - sender: The rank that it is from.
  /// - Throws: `ContrastiveError` if the group is dead.
  func exchange(
    _ message: RankMessage?, to receiver: Int, receiving incoming: RankMessage?, from sender: Int
  ) throws(ContrastiveError) -> any RankExchange
}

/// Messages on their way.
public protocol RankExchange: AnyObject {
  /// Lets a transport move on that has no thread of its own. Cheap.
  func advance()

  /// Waits until what was to be sent may be written again, and what was to be received is there.
  ///
  /// - Throws: `ContrastiveError` if the other rank has left or is silent for longer than the limit. The group is dead then.
  func finish(within limit: Duration) throws(ContrastiveError)
}

/// How much a rank has sent.
public struct RankTraffic: Hashable, Sendable {
  /// Bytes of messages.
  public var byteCount = 0

  /// Messages.
  public var messageCount = 0

  /// Nothing yet.
  public init() {}
}
