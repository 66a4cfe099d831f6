import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// Sends every rank's block of rows, or a part of it, around the ranks.
///
/// In step t a rank has the block of the rank t places before it. It hands the block on at once, and computes with it while it
/// goes; what it makes of the block joins what the block has collected before, which arrives in the same time, and
/// follows it. After the last rank that a block visits, its cargo goes home:
/// ```
/// step       0        1        2              R − 1      home
/// rank r     block r  r − 1    r − 2    …     r + 1      cargo r
/// ```
/// Of every rank R − 1 blocks, or as many as are to be visited, are sent, and as many cargoes.
struct Circle<Scalar: EmbeddingScalar> {
  let group: any RankGroup

  /// How blocks are cut, and which of the parts goes round.
  let parts: BlockParts
  let part: Int

  /// The rows that go round.
  let shards: Shards

  let dimension: Int

  /// How many other ranks a block visits.
  let hops: Int

  /// How many numbers go along with each row, and how many each brings home.
  var numberWidth = 0
  var cargoWidth = 0

  /// Whether blocks bring home a gradient.
  var carriesGradient = false

  let options: ComputeOptions

  init(
    _ group: any RankGroup, parts: BlockParts, part: Int, dimension: Int, hops: Int,
    options: ComputeOptions
  ) {
    (self.group, self.parts, self.part) = (group, parts, part)
    shards = parts.rows(part)
    (self.dimension, self.hops, self.options) = (dimension, hops, options)
  }

  /// - Parameters:
  ///   - rows: This rank's block, without gaps.
  ///   - numbers: What goes along with it.
  ///   - visit: What this rank makes of a block, its own first. It may let messages move on meanwhile.
  ///   - join: Adds what came before to it.
  /// - Returns: This rank's cargo, its own part and all others'.
  func run(
    rows: Block<Scalar>, numbers: [Double],
    visit: (Visitor<Scalar>, _ advance: () -> Void) throws(ContrastiveError) -> Cargo<Scalar>,
    join: (inout Cargo<Scalar>, Cargo<Scalar>) -> Void
  ) throws(ContrastiveError) -> Cargo<Scalar> {
    var visitor = visitor(of: group.rank, rows: rows, numbers: numbers)
    var home: Cargo<Scalar>?
    var arriving: Transfer?
    for step in 0...hops {
      let next = try step < hops ? forward(visitor) : nil
      // The others wait for the cargo, whatever becomes of this rank's task.
      var cargo = try Cancellation.ignored { () throws(ContrastiveError) in
        try visit(visitor) {
          next?.exchanges.forEach { $0.advance() }
          arriving?.exchanges.forEach { $0.advance() }
        }
      }
      if let arriving { join(&cargo, try arrived(arriving)) }
      arriving = nil
      if step == 0 {
        home = cargo
      } else {
        // To where the block is next, or home; and what comes is of the block that is here next, or this rank's own.
        let isLast = step == hops
        arriving = try send(
          cargo, to: isLast ? visitor.owner : group.neighbor(1),
          from: isLast ? group.neighbor(hops) : group.neighbor(-1),
          owner: isLast ? group.rank : group.neighbor(-step - 1))
      }
      if let next { visitor = try arrivedVisitor(next, owner: group.neighbor(-step - 1)) }
    }
    var result = home ?? Cargo()
    if let arriving { join(&result, try arrived(arriving)) }
    return result
  }

  /// Messages on their way, and where they go.
  private struct Transfer {
    var exchanges: [any RankExchange] = []
    var rows: Block<Scalar>?
    var numbers: Block<Double>?

    /// What is being sent, which has to stay.
    var sent: [RankMessage] = []
  }

  private func start(
    rows: Block<Scalar>?, incomingRows: Block<Scalar>?, numbers: [Double], incomingCount: Int,
    to receiver: Int, from sender: Int
  ) throws(ContrastiveError) -> Transfer {
    var result = Transfer(rows: incomingRows)
    func exchange(_ sent: RankMessage?, _ received: RankMessage?) throws(ContrastiveError) {
      // What is empty is not sent: sizes are known on both sides.
      let (sent, received) = (sent.flatMap(Self.filled), received.flatMap(Self.filled))
      guard sent != nil || received != nil else { return }
      if let sent { result.sent.append(sent) }
      result.exchanges.append(
        try group.exchange(sent, to: receiver, receiving: received, from: sender))
    }
    try exchange(rows.map { RankMessage($0) }, incomingRows.map { RankMessage($0) })
    let incoming = Block<Double>(rowCount: 1, columnCount: incomingCount, zeroed: false)
    result.numbers = incoming
    try exchange(RankMessage(Block(numbers: numbers)), RankMessage(incoming))
    return result
  }

  private static func filled(_ message: RankMessage) -> RankMessage? {
    message.byteCount > 0 ? message : nil
  }

  private func block(of owner: Int) -> Block<Scalar> {
    options.block(rowCount: shards.counts[owner], columnCount: dimension)
  }

  private func forward(_ visitor: Visitor<Scalar>) throws(ContrastiveError) -> Transfer {
    let next = (visitor.owner + group.count - 1) % group.count
    return try start(
      rows: visitor.rows, incomingRows: block(of: next), numbers: visitor.numbers,
      incomingCount: shards.counts[next] * numberWidth, to: group.neighbor(1),
      from: group.neighbor(-1))
  }

  private func visitor(
    of owner: Int, rows: Block<Scalar>, numbers: [Double]
  ) -> Visitor<Scalar> {
    Visitor(
      owner: owner, range: parts.range(part, of: owner), rows: rows, numbers: numbers)
  }

  private func arrivedVisitor(
    _ transfer: Transfer, owner: Int
  ) throws(ContrastiveError) -> Visitor<Scalar> {
    for exchange in transfer.exchanges { try exchange.finish(within: group.limit) }
    return visitor(
      of: owner, rows: transfer.rows ?? block(of: owner),
      numbers: transfer.numbers?.elements ?? [])
  }

  private func send(
    _ cargo: Cargo<Scalar>, to receiver: Int, from sender: Int, owner: Int
  ) throws(ContrastiveError) -> Transfer {
    try start(
      rows: cargo.gradient, incomingRows: carriesGradient ? block(of: owner) : nil,
      numbers: cargo.numbers, incomingCount: shards.counts[owner] * cargoWidth, to: receiver,
      from: sender)
  }

  private func arrived(_ transfer: Transfer) throws(ContrastiveError) -> Cargo<Scalar> {
    for exchange in transfer.exchanges { try exchange.finish(within: group.limit) }
    return Cargo(
      numbers: transfer.numbers?.elements ?? [],
      gradient: carriesGradient ? transfer.rows : nil)
  }
}
