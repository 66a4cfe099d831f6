public import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
public import ContrastiveLosses

extension KeyQueue {
  /// Replaces the oldest keys by all ranks' batches, in the order of the ranks: the queues of all ranks stay the same.
  ///
  /// - Parameters:
  ///   - keys: This rank's: any number of rows, also none, whatever the others have.
  ///   - labels: One per row, if they are known: on every rank, or on none.
  ///   - group: The ranks, all of which call this.
  /// - Throws: `ContrastiveError`, the same on every rank, as `enqueue(_:labels:)`, or if a rank has left; the queue is unchanged
  ///   then.
  /// - Complexity: Sends the batch's numbers once.
  public mutating func enqueue<E: Embeddings>(
    _ keys: E, labels: [Int]? = nil, across group: any RankGroup
  ) throws(ContrastiveError) where E.Scalar == Scalar {
    let dimension = self.dimension
    let agreement = try group.agree("KeyQueue", allowingNoRows: true) {
      record throws(ContrastiveError) in
      record.rowCounts = [keys.storedRowCount]
      record.require(scalar: Scalar.self)
      record.require("dimension", dimension)
      record.require("labels", labels == nil ? 0 : 1) { $0 == 0 ? "none" : "one per row" }
      let rows = try AnyEmbeddings(keys, named: .keys)
      guard rows.columnCount == dimension else {
        throw ContrastiveError(
          .keys,
          .count(.column, found: rows.columnCount, expected: .exactly(dimension, .as(.queue))))
      }
      if let labels, labels.count != rows.rowCount {
        throw ContrastiveError(
          .labels,
          .count(
            found: labels.count,
            expected: .exactly(rows.rowCount, .onePerRow(of: .keys))))
      }
      return rows
    }
    let (shards, options) = (agreement.shards[0], ComputeOptions())
    let all: Block<Scalar> = options.block(rowCount: shards.total, columnCount: dimension)
    agreement.inputs.setUnit(all.rows(shards.range(of: group.rank)), options: options)
    try group.gather(all, shards: shards)
    let allLabels = try labels.map { labels throws(ContrastiveError) in
      try group.allGather(labels: labels, shards: shards).flatMap(\.self)
    }
    try enqueue(UnitRows(trusting: Matrix(all)), labels: allLabels)
  }
}
