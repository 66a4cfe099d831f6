import ContrastiveEmbeddings
import ContrastiveEngine

/// Which triplets of a labelled batch count.
///
/// Of an anchor, another row of its label and a row of another, with the term D₊ − D₋ + m:
public enum TripletSelection: Hashable, Sendable, CaseIterable {
  /// Of every anchor the farthest of its label and the nearest of another.
  case hardest
  /// All whose negative is farther than the positive, but not by the margin: 0 < D₋ − D₊ ≤ m.
  case semiHard
  /// All whose negative is as near as the positive, or nearer: D₋ ≤ D₊.
  case hard
  /// All that miss the margin: D₋ − D₊ ≤ m.
  case all

  /// Whether a triplet is one, by how much farther the negative is.
  fileprivate func contains(_ difference: Double, margin: Double) -> Bool {
    guard difference <= margin else { return false }
    return switch self {
    case .hardest, .all: true
    case .semiHard: difference > 0
    case .hard: difference <= 0
    }
  }
}

/// Of every row of a batch, all triplets of a kind, by distances of Σ(x − y)² between all rows.
///
/// The loss of a triplet costs as much as a distance, and there are no fewer of them than pairs, unless few count.
struct SelectedTriplets<Scalar: EmbeddingScalar>: Sendable {
  let loss: TripletMargin
  let rows: Block<Scalar>
  let groups: LabelGroups
  let options: ComputeOptions

  /// The triplets of all anchors: by anchor, then positive, then negative.
  func run() throws(ContrastiveError) -> [Triplet] {
    let chunkRows = max(1, min(options.tileColumns ?? 64, rows.rowCount))
    let anchors: [Block<Scalar>] = (0..<max(1, options.threads)).map { _ in
      options.block(rowCount: chunkRows, columnCount: rows.columnCount)
    }
    return try SharedWork(options).map(rows.rowCount) { worker, anchor in
      triplets(of: anchor, repeatedIn: anchors[worker])
    }.flatMap { $0 }
  }

  private func triplets(of anchor: Int, repeatedIn anchors: Block<Scalar>) -> [Triplet] {
    let members = groups.members(ofRow: anchor)
    guard members.count > 1, members.count < rows.rowCount else { return [] }
    anchors.copy(rows, rows: Array(repeating: anchor, count: anchors.rowCount))
    var distances: [Double] = []
    for part in (0..<rows.rowCount).parts(of: anchors.rowCount) {
      distances +=
        loss.distances(anchors.rows(0..<part.count), rows.rows(part), on: options.isa).values
    }
    var result: [Triplet] = []
    for positive in members where positive != anchor {
      for negative in 0..<rows.rowCount where !groups.areTogether(anchor, negative) {
        let difference = distances[negative] - distances[positive]
        if loss.selection.contains(difference, margin: loss.margin) {
          result.append(Triplet(anchor: anchor, positive: positive, negative: negative))
        }
      }
    }
    return result
  }
}
