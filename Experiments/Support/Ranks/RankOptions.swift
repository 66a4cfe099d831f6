import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// What losses take that ranks can compute together.
struct RankOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Under mpirun: how many rows each rank takes; as equal as they can be without.",
      valueName: "rows,rows,…"))
  var shards: RowCounts?

  /// The ranks, each with its part of the rows; nil for a process by itself.
  ///
  /// - Parameter rowCount: How many rows there are to share out.
  func ranks(rowCount: Int) throws -> SharedRows? {
    let group = try Ranks.join()
    let count = group?.count ?? 1
    if let counts = shards?.values {
      guard counts.count == count else {
        throw ValidationError(
          "--shards: \(counts.count) numbers for \(count) \(count == 1 ? "process" : "processes"); "
            + "give one for each, or start as many by mpirun -n \(counts.count).")
      }
      // Of one rank alone there may be too many for a sum.
      if let most = counts.max(), most > rowCount {
        throw ValidationError(
          "--shards: \(most.words("row")) for one process, where the files have \(rowCount).")
      }
      guard counts.reduce(0, +) == rowCount else {
        throw ValidationError(
          "--shards: \(counts.reduce(0, +).words("row")) together, where the files have \(rowCount)."
        )
      }
    }
    return group.map { SharedRows(group: $0, counts: shards?.values, rowCount: rowCount) }
  }
}

/// Numbers of rows, as `700,324`.
struct RowCounts: ExpressibleByArgument, Hashable, CustomStringConvertible {
  let values: [Int]

  init?(argument: String) {
    let values = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard values.allSatisfy({ $0 ?? -1 >= 0 }) else { return nil }
    self.values = values.compactMap(\.self)
  }

  var description: String { values.map { "\($0)" }.joined(separator: ",") }
}
