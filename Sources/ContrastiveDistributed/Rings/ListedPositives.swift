import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// The logits of positives that turn up wherever their two rows meet, brought to those whose positives they are.
struct ListedPositives {
  /// A positive's place among all ranks' rows, and its logit.
  private typealias Positive = (place: Int, logit: Double)

  private var rows: [[Positive]] = []

  /// By rank, of its columns: three numbers each, the column, its positive's place and the logit.
  private var columns: [[Double]] = []

  private let columnCount: Int
  private let rank: Int

  init() { (columnCount, rank) = (0, 0) }

  init(rowCount: Int, columnCount: Int, rank: Int, rankCount: Int) {
    rows = Array(repeating: [], count: rowCount)
    columns = Array(repeating: [], count: rankCount)
    (self.columnCount, self.rank) = (columnCount, rank)
  }

  mutating func add(_ logit: Double, row: Int, place: Int) { rows[row].append((place, logit)) }

  mutating func add(_ logit: Double, column: Int, of owner: Int, place: Int) {
    columns[owner] += [Double(column), Double(place), logit]
  }

  /// Sends every rank what its columns have for positives, and receives the same.
  mutating func exchange(across group: any RankGroup) throws(ContrastiveError) {
    let counts = try group.allGather(columns.map { Double($0.count) })
    for distance in 1..<max(1, group.count) {
      let (receiver, sender) = (group.neighbor(distance), group.neighbor(-distance))
      let (sent, received) = (columns[receiver], Int(counts[sender][rank]))
      guard !sent.isEmpty || received > 0 else { continue }
      let incoming = Block<Double>(rowCount: 1, columnCount: received, zeroed: false)
      try group.exchange(
        sent.isEmpty ? nil : RankMessage(Block(numbers: sent)), to: receiver,
        receiving: received == 0 ? nil : RankMessage(incoming), from: sender
      ).finish(within: group.limit)
      if received > 0 { columns[rank] += incoming.elements }
    }
  }

  var ofRows: PositiveLogits { Self.logits(rows) }

  var ofColumns: PositiveLogits { Self.logits(listedColumns) }

  /// Where the columns are the rows.
  var ofRowsAndColumns: PositiveLogits {
    Self.logits(zip(rows, listedColumns).map { $0 + $1 })
  }

  private var listedColumns: [[Positive]] {
    var lists = Array(repeating: [Positive](), count: columnCount)
    let numbers = columns[rank]
    for first in stride(from: 0, to: numbers.count, by: 3) {
      lists[Int(numbers[first])].append((Int(numbers[first + 1]), numbers[first + 2]))
    }
    return lists
  }

  /// In the order of the places, as one process has them.
  private static func logits(_ lists: [[Positive]]) -> PositiveLogits {
    var result = PositiveLogits(
      lists.flatMap { $0.sorted { $0.place < $1.place }.map { $0.logit } })
    result.starts = lists.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    return result
  }
}
