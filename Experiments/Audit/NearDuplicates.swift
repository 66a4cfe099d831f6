import Contrastive
import ContrastiveKernels
import ContrastiveTraining
import Synchronization

/// Pairs of rows of one side that nearly point one way.
struct NearDuplicates: Sendable {
  /// The least cosine of such a pair.
  let threshold: Double

  /// How many pairs there are; each counts once.
  private(set) var pairCount = 0

  /// How many of these pairs are of rows that are not equal.
  private(set) var differentCount = 0

  /// Whether each row has a partner.
  private(set) var touched: [Bool] = []

  /// How many have one.
  var touchedCount: Int { touched.count { $0 } }

  /// The nearest pairs of rows that are not equal, the nearest first; not all of many.
  private(set) var examples: [(first: Int, second: Int, cosine: Double)] = []

  /// How many rows were compared with all that follow them.
  private(set) var doneCount = 0

  /// From this cosine on two rows are near-duplicates, unless somebody says otherwise.
  static let usualThreshold = 0.95

  private static let exampleCount = 1000

  private struct Part: Sendable {
    var pairCount = 0
    var differentCount = 0
    var touched: [Bool]
    var examples: [(first: Int, second: Int, cosine: Double)] = []

    /// What a further example has to exceed, once there are enough.
    var least = -Float.infinity

    mutating func shrink() {
      examples.sort { ($0.cosine, $1.first, $1.second) > ($1.cosine, $0.first, $0.second) }
      guard examples.count >= exampleCount else { return }
      examples.removeLast(examples.count - exampleCount)
      least = Float(examples[exampleCount - 1].cosine)
    }
  }

  /// Compares all rows of a side with each other, a triangle of tiles, until somebody wants it to end.
  ///
  /// - Parameters:
  ///   - originals: The first row that is equal to each, which is no example of nearness.
  /// - Complexity: N²d flops, and a copy of the unit rows.
  init(
    _ source: RowSource<Float>, threshold: Double, originals: [Int], task: String,
    progress: ProgressLine, isInterrupted: @Sendable () -> Bool = { Interruption.isRequested }
  ) throws(ContrastiveError) {
    self.threshold = threshold
    let count = source.rowCount
    // A cosine that equals the threshold to its rounding counts.
    let limit = Float(threshold - Double(Float.dotRounding(dimension: source.columnCount)))
    let state = Mutex((all: Part(touched: Array(repeating: false, count: count)), done: 0))
    progress.update(task, 0, of: count, "rows")
    try CosineTiles(triangleOf: source).forEachBlock { rows, forEachTile in
      guard !isInterrupted() else { return }
      var part = Part(touched: Array(repeating: false, count: count))
      forEachTile { columns, tile in
        for (r, row) in rows.enumerated() where Self.reaches(tile.row(r), limit) {
          for (c, column) in columns.enumerated() where column > row && tile[r, c] >= limit {
            part.pairCount += 1
            part.touched[row] = true
            part.touched[column] = true
            guard originals[row] != originals[column] else { continue }
            part.differentCount += 1
            guard tile[r, c] > part.least else { continue }
            part.examples.append((row, column, Double(tile[r, c])))
            if part.examples.count > 8 * Self.exampleCount { part.shrink() }
          }
        }
      }
      state.withLock { state in
        state.all.pairCount += part.pairCount
        state.all.differentCount += part.differentCount
        for row in part.touched.indices where part.touched[row] { state.all.touched[row] = true }
        state.all.examples += part.examples
        state.all.shrink()
        state.done += rows.count
        progress.update(task, state.done, of: count, "rows")
      }
    }
    let (all, done) = state.withLock { ($0.all, $0.done) }
    (pairCount, differentCount, touched) = (all.pairCount, all.differentCount, all.touched)
    (examples, doneCount) = (all.examples, done)
  }

  /// Whether any number reaches a limit: without a branch, so that the loop is one of vectors.
  private static func reaches(_ row: Span<Float>, _ limit: Float) -> Bool {
    var largest = -Float.infinity
    for index in row.indices { largest = row[index] > largest ? row[index] : largest }
    return largest >= limit
  }
}
