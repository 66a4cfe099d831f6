public import ContrastiveEmbeddings
import ContrastiveKernels

extension RankGroup {
  /// Returns the rows of all ranks, one after another in the order of the ranks.
  ///
  /// - Parameter rows: This rank's: any number, also none, of as many columns on every rank.
  /// - Throws: `ContrastiveError`, the same on every rank, if numbers of columns differ, or a rank has left or is silent.
  public func allGather<Scalar: EmbeddingScalar>(
    rows: Matrix<Scalar>
  ) throws(ContrastiveError) -> Matrix<Scalar> {
    let agreement = try agree("allGather", allowingNoRows: true) { record in
      record.rowCounts = [rows.rowCount]
      record.require("columns", rows.columnCount)
      record.require("scalar", MemoryLayout<Scalar>.size)
    }
    let shards = agreement.shards[0]
    let result = Block<Scalar>(rowCount: shards.total, columnCount: rows.columnCount)
    result.rows(shards.range(of: rank)).copy(rows.block)
    try gather(result, shards: shards)
    return Matrix(result)
  }

  /// Fills in the other ranks' rows.
  func gather<Scalar>(_ all: Block<Scalar>, shards: Shards) throws(ContrastiveError) {
    for step in 0..<count - 1 {
      let (own, next) = (neighbor(-step), neighbor(-step - 1))
      func message(_ rank: Int) -> RankMessage? {
        shards.counts[rank] == 0 ? nil : RankMessage(all.rows(shards.range(of: rank)))
      }
      guard message(own) != nil || message(next) != nil else { continue }
      try exchange(
        message(own), to: neighbor(1), receiving: message(next), from: neighbor(-1)
      ).finish(within: limit)
    }
  }
}
