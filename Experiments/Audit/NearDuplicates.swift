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

  /// How many of these pairs are of rows that are neither equal nor of one id, and how many rows are in such a pair.
  private(set) var differentCount = 0
  private(set) var differentRowCount = 0

  /// Whether each row has a partner.
  private(set) var touched: [Bool] = []

  /// How many have one.
  var touchedCount: Int { touched.count { $0 } }

  /// The nearest pairs of rows that are neither equal nor of one id, the nearest first; not all of many.
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

    /// Whether each row has a partner that is neither equal nor of its id.
    var differs: [Bool]
    var examples: [(first: Int, second: Int, cosine: Double)] = []

    /// What a further example has to exceed, once there are enough.
    var least = -Double.infinity

    init(rowCount: Int) {
      touched = Array(repeating: false, count: rowCount)
      differs = touched
    }

    mutating func shrink() {
      examples.sort { ($0.cosine, $1.first, $1.second) > ($1.cosine, $0.first, $0.second) }
      guard examples.count >= exampleCount else { return }
      examples.removeLast(examples.count - exampleCount)
      least = examples[exampleCount - 1].cosine
    }
  }

  /// Compares all rows of a side with each other, a triangle of tiles, until somebody wants it to end.
  ///
  /// - Parameters:
  ///   - originals: The first row that is equal to each, which is no example of nearness.
  ///   - ids: Of each row, if some belong together: these are no examples either.
  /// - Complexity: N²d flops, and a copy of the unit rows.
  init(
    _ source: RowSource<Float>, threshold: Double, originals: [Int], ids: [Int]? = nil,
    task: String, progress: ProgressLine,
    isInterrupted: @Sendable () -> Bool = { Interruption.isRequested }
  ) throws(ContrastiveError) {
    self.threshold = threshold
    let count = source.rowCount
    // A cosine that equals the threshold to its rounding counts.
    let limit = threshold - Float.dotRounding(dimension: source.columnCount)
    let state = Mutex((all: Part(rowCount: count), done: 0))
    progress.update(task, 0, of: count, "rows")
    try CosineTiles(triangleOf: source).forEachBlock { rows, forEachTile in
      guard !isInterrupted() else { return }
      var part = Part(rowCount: count)
      let limits = Array(repeating: limit, count: rows.count)
      forEachTile { columns, tile in
        let near = SparseWeights<Float>(
          capacity: (rows.count + 1) * columns.count, from: .shared)
        near.append(tile, threshold: limits, on: .best)
        near.forEachElement(tile: 0) { r, c, cosine in
          let (row, column) = (rows.lowerBound + r, columns.lowerBound + c)
          guard column > row else { return }
          part.pairCount += 1
          part.touched[row] = true
          part.touched[column] = true
          guard originals[row] != originals[column] else { return }
          if let ids, ids[row] == ids[column] { return }
          part.differentCount += 1
          part.differs[row] = true
          part.differs[column] = true
          guard cosine > part.least else { return }
          part.examples.append((row, column, cosine))
          if part.examples.count > 8 * Self.exampleCount { part.shrink() }
        }
      }
      state.withLock { state in
        state.all.pairCount += part.pairCount
        state.all.differentCount += part.differentCount
        for row in 0..<count where part.touched[row] { state.all.touched[row] = true }
        for row in 0..<count where part.differs[row] { state.all.differs[row] = true }
        state.all.examples += part.examples
        state.all.shrink()
        state.done += rows.count
        progress.update(task, state.done, of: count, "rows")
      }
    }
    let (all, done) = state.withLock { ($0.all, $0.done) }
    (pairCount, differentCount, touched) = (all.pairCount, all.differentCount, all.touched)
    (examples, doneCount, differentRowCount) = (all.examples, done, all.differs.count { $0 })
  }
}
