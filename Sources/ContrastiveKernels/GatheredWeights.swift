/// The few significant elements of a row block's tiles, tile by tile and row by row, in place of the
/// tiles.
///
/// At a small temperature on trained embeddings almost every softmax weight is below the rounding of
/// its row's sum, and the products with a whole tile would multiply zeros. The elements that matter
/// are scattered, so that no tile is without any.
@safe package final class GatheredWeights<Scalar: EmbeddingScalar>: @unchecked Sendable {
  private let values: Block<Scalar>
  private let workspace: Workspace
  private let indexMemory: Workspace.Memory
  private let indices: UnsafeMutablePointer<Int32>
  private var ends: [[Int]] = []
  private var starts: [Int] = []

  /// The sums of the elements gathered, per row, relative to what the last tile's are.
  package private(set) var sums: [Double] = []

  /// How many elements there are; `nil` if there was no room for all.
  package private(set) var count: Int? = 0

  /// - Parameter capacity: For how many elements there is to be room, and a tile's row besides.
  package init(capacity: Int, from workspace: Workspace) {
    values = Block(rowCount: 1, columnCount: capacity, zeroed: false, from: workspace)
    self.workspace = workspace
    indexMemory = workspace.take(byteCount: max(1, capacity) * MemoryLayout<Int32>.stride)
    unsafe indices = indexMemory.base.bindMemory(to: Int32.self, capacity: capacity)
  }

  deinit { workspace.put(indexMemory) }

  /// Forgets everything.
  package func reset(rowCount: Int) {
    (starts, ends, count) = ([], [], 0)
    sums = Array(repeating: 0, count: rowCount)
  }

  /// Appends the elements of a tile that are at least their row's threshold.
  ///
  /// - Parameter rescaling: What to multiply the rows' sums so far with.
  package func append(
    _ tile: Block<Scalar>, threshold: [Scalar], rescaling: [Scalar]?, on isa: InstructionSet
  ) {
    guard let first = count else { return }
    precondition(
      threshold.count >= tile.rowCount && sums.count >= tile.rowCount, "one threshold per row")
    if let rescaling { for r in sums.indices { sums[r] *= Double(rescaling[r]) } }
    let capacity = values.columnCount - first
    var tileEnds = Array(repeating: 0, count: tile.rowCount)
    let added = unsafe tileEnds.withUnsafeMutableBufferPointer { ends -> Int in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        unsafe threshold.withUnsafeBufferPointer { threshold in
          guard let ends = ends.baseAddress, let sums = sums.baseAddress,
            let threshold = threshold.baseAddress
          else { return -1 }
          return unsafe Scalar._gather(
            tile.source, tile.rowCount, tile.columnCount, tile.rowStride, threshold,
            values.target + first, indices + first, capacity, ends, sums, on: isa)
        }
      }
    }
    guard added >= 0 else {
      count = nil
      return
    }
    starts.append(first)
    ends.append(tileEnds)
    count = first + added
  }

  /// Leaves of a tile's elements those that are at least their row's threshold, and returns their
  /// sums per row.
  package func prune(tile: Int, threshold: [Scalar], on isa: InstructionSet) -> [Double] {
    let rowCount = ends[tile].count
    precondition(threshold.count >= rowCount, "one threshold per row")
    var sums = Array(repeating: 0.0, count: rowCount)
    let (start, before) = (starts[tile], ends[tile].last ?? 0)
    unsafe ends[tile].withUnsafeMutableBufferPointer { ends in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        unsafe threshold.withUnsafeBufferPointer { threshold in
          guard let ends = ends.baseAddress, let sums = sums.baseAddress,
            let threshold = threshold.baseAddress
          else { return }
          unsafe Scalar._prune(
            values.target + start, indices + start, ends, rowCount, threshold, sums, on: isa)
        }
      }
    }
    count = count.map { $0 - before + (ends[tile].last ?? 0) }
    return sums
  }

  /// Adds, for every element of a tile as w = factors[row] · element, w · keys[column] to a row of
  /// `rowSums`, and w · queries[row] to a row of `keySums`, of those that are given.
  package func add(
    tile: Int, factors: [Scalar], keys: Block<Scalar>, to rowSums: Block<Scalar>?,
    queries: Block<Scalar>, to keySums: Block<Scalar>?, on isa: InstructionSet
  ) {
    let dimension = keys.columnCount
    precondition(
      factors.count >= ends[tile].count && queries.rowCount >= ends[tile].count
        && queries.columnCount == dimension && rowSums?.rowCount ?? .max >= ends[tile].count
        && rowSums?.columnCount ?? dimension == dimension
        && keySums?.rowCount ?? .max >= keys.rowCount
        && keySums?.columnCount ?? dimension == dimension, "shapes do not fit the gathered tile")
    let start = starts[tile]
    unsafe ends[tile].withUnsafeBufferPointer { ends in
      unsafe factors.withUnsafeBufferPointer { factors in
        guard let rows = ends.baseAddress, let factors = factors.baseAddress else { return }
        let rowTarget = unsafe rowSums?.target
        let keyTarget = unsafe keySums?.target
        let query = unsafe keySums == nil ? nil : queries.source
        unsafe Scalar._addGathered(
          values.source + start, indices + start, rows, ends.count, dimension, factors,
          keys.source, keys.rowStride, rowTarget, rowSums?.rowStride ?? 0, query,
          queries.rowStride, keyTarget, keySums?.rowStride ?? 0, on: isa)
      }
    }
  }
}
