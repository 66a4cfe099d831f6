import CContrastiveKernels

/// Numbers with an index each, listed run by run: the elements of a sparse matrix by row, or by
/// column.
@safe final class SparseElements<Scalar: EmbeddingScalar> {
  let capacity: Int
  private let valueMemory: Workspace.Memory
  private let indexMemory: Workspace.Memory
  private let workspace: Workspace

  init(capacity: Int, from workspace: Workspace) {
    self.capacity = capacity
    self.workspace = workspace
    valueMemory = workspace.take(byteCount: max(1, capacity) * MemoryLayout<Scalar>.stride)
    indexMemory = workspace.take(byteCount: max(1, capacity) * MemoryLayout<Int32>.stride)
    unsafe valueMemory.base.bindMemory(to: Scalar.self, capacity: max(1, capacity))
    unsafe indexMemory.base.bindMemory(to: Int32.self, capacity: max(1, capacity))
  }

  deinit {
    workspace.put(valueMemory)
    workspace.put(indexMemory)
  }

  var values: UnsafeMutablePointer<Scalar> {
    unsafe valueMemory.base.assumingMemoryBound(to: Scalar.self)
  }

  var indices: UnsafeMutablePointer<Int32> {
    unsafe indexMemory.base.assumingMemoryBound(to: Int32.self)
  }

  /// Adds to every row of `sums` the rows of `source` that a run's indices name, times its values
  /// and the run's factor.
  ///
  /// - Parameters:
  ///   - start: The first run's first element.
  ///   - ends: Where the runs end, counted from there.
  ///   - bound: What the indices are below.
  ///   - factors: One per run; `nil` for 1.
  func add(
    from start: Int, ends: [Int], indicesBelow bound: Int, factors: [Double]?,
    source: Block<Scalar>, to sums: Block<Scalar>, on isa: InstructionSet
  ) {
    precondition(
      start + (ends.last ?? 0) <= capacity && source.rowCount >= bound
        && sums.rowCount >= ends.count && source.columnCount == sums.columnCount
        && factors?.count ?? .max >= ends.count, "shapes do not fit the sparse elements")
    var ends = ends
    unsafe withLists(from: start, ends: &ends) { lists in
      unsafe Scalar.kernels(on: isa).pointee.addGathered(
        lists, factors, source.source, sums.target)
    }
  }

  /// Some of the values, in double precision: by a kernel, as generic code converts them one by one.
  func doubles(_ range: Range<Int>, on isa: InstructionSet) -> [Double] {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity, "elements out of range")
    let count = range.count
    return unsafe [Double](unsafeUninitializedCapacity: count) { result, initialized in
      initialized = count
      unsafe Double.kernels(on: isa).pointee.convertRows(
        contrastive_tile(
          elements: values + range.lowerBound, rows: 1, columns: count, stride: count),
        MemoryLayout<Scalar>.size,
        contrastive_tile(
          elements: result.baseAddress, rows: 1, columns: count, stride: count))
    }
  }

  /// Calls `body` with the elements of runs as kernels take them.
  @unsafe func withLists<Result>(
    from start: Int, ends: inout [Int], _ body: (contrastive_lists) -> Result
  ) -> Result {
    let count = ends.count
    return unsafe ends.withUnsafeMutableBufferPointer { ends in
      unsafe body(
        contrastive_lists(
          values: values + start, indices: indices + start, ends: ends.baseAddress, rows: count))
    }
  }
}
