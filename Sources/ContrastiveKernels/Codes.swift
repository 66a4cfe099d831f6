import CContrastiveKernels

/// Rows rounded to 8-bit codes, with a step for each row.
///
/// The inner products of codes are exact integers, at a quarter of the cost of a product of floats
/// where the processor has an instruction for them. With x = step·code + Δx,
/// ```
/// |q·k − stepq·stepk·(codeq·codek)| ≤ ‖Δq‖·‖k‖ + (‖q‖ + ‖Δq‖)·‖Δk‖
/// ```
/// by Cauchy and Schwarz: enough to tell of most logits that they cannot matter.
@safe package final class Codes<Scalar: EmbeddingScalar>: @unchecked Sendable {
  /// Which side of a product the rows are on.
  package enum Side: Sendable { case queries, keys }

  private let side: Side
  private let capacity: Int
  private let dimension: Int
  private let memory: Workspace.Memory
  private let workspace: Workspace
  private let steps: Storage<Scalar>
  private let errors: Storage<Scalar>
  private let norms: Storage<Scalar>
  private let codeSums: Workspace.Memory

  /// The most columns whose products of codes, 255 · 127 each at the most, 32 bits can add up.
  package static var largestDimension: Int { 1 << 16 }

  /// Makes room.
  package init(_ side: Side, rowCount capacity: Int, dimension: Int, from workspace: Workspace) {
    precondition(dimension <= Self.largestDimension, "too many columns for codes")
    self.side = side
    self.capacity = capacity
    self.dimension = dimension
    self.workspace = workspace
    // Four codes to a lane, keys in groups of 64, and of queries 16 rows are read at a time.
    memory = workspace.take(
      byteCount: (capacity + 63) / 64 * 64 * ((dimension + 3) / 4 * 4) + 64)
    unsafe memory.base.bindMemory(to: UInt8.self, capacity: memory.byteCount)
    steps = Storage(count: capacity, from: workspace)
    errors = Storage(count: capacity, from: workspace)
    norms = Storage(count: capacity, from: workspace)
    codeSums = workspace.take(byteCount: max(1, capacity) * MemoryLayout<Int32>.stride)
    unsafe codeSums.base.bindMemory(to: Int32.self, capacity: max(1, capacity))
  }

  deinit {
    workspace.put(memory)
    workspace.put(codeSums)
  }

  private var codes: UnsafeMutablePointer<UInt8> {
    unsafe memory.base.assumingMemoryBound(to: UInt8.self)
  }

  private var sums: UnsafeMutablePointer<Int32> {
    unsafe codeSums.base.assumingMemoryBound(to: Int32.self)
  }

  /// Takes rows from `start` on, in the place of those that were there. Threads may do so at the
  /// same time; of keys a start is a multiple of 64.
  package func encode(_ rows: Block<Scalar>, at start: Int = 0, on isa: InstructionSet) {
    precondition(
      start >= 0 && start + rows.rowCount <= capacity && rows.columnCount == dimension
        && (side == .queries || start % 64 == 0), "shapes do not fit the codes")
    let bytesPerRow = (dimension + 3) / 4 * 4
    unsafe Scalar.kernels(on: isa).pointee.encode(
      rows.source, side == .keys,
      contrastive_codes(
        codes: codes + start * bytesPerRow, steps: steps.base + start, errors: errors.base + start,
        sums: sums + start))
    for (row, square) in rows.dots(with: rows, on: isa).enumerated() {
      // More than its rounding.
      unsafe norms.base[start + row] = Scalar(square.squareRoot()) * (1 + 1 / 1024)
    }
  }

  /// The largest norm of some rows, from above. Rows of unit length and numbers behind them, or
  /// of a length to within somebody's tolerance, are longer than 1.
  package func largestNorm(_ rows: Range<Int>) -> Scalar {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= capacity, "rows out of range")
    return unsafe UnsafeBufferPointer(start: norms.base + rows.lowerBound, count: rows.count)
      .max() ?? 0
  }

  /// The norms of some rows' errors, from above.
  package func errors(_ rows: Range<Int>) -> [Scalar] {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= capacity, "rows out of range")
    return unsafe Array(
      UnsafeBufferPointer(start: errors.base + rows.lowerBound, count: rows.count))
  }

  /// Sets a tile to scale times the inner products of queries and keys, as the codes have them.
  package static func setSimilarities(
    of queries: Codes, and keys: Codes, scale: Double, in tile: Block<Scalar>,
    on isa: InstructionSet
  ) {
    precondition(
      queries.side == .queries && keys.side == .keys && queries.dimension == keys.dimension
        && tile.rowCount <= queries.capacity && tile.columnCount <= keys.capacity,
      "shapes do not fit the codes")
    unsafe Scalar.kernels(on: isa).pointee.codeProducts(
      queries.forC, keys.forC, queries.dimension, scale, tile.target)
  }

  @unsafe private var forC: contrastive_codes {
    unsafe contrastive_codes(
      codes: codes, steps: steps.base, errors: errors.base, sums: sums)
  }
}
