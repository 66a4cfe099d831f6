import ContrastiveEmbeddings
import ContrastiveKernels

/// The tiles of a one-way problem of a given shape, and what becomes of them between sums and gradient.
struct Tiling {
  let rows: Int
  let columns: Int
  let strategy: ComputeOptions.Strategy

  /// How many bytes a row block may keep.
  let affordableByteCount: Int

  /// A row block shorter than this would leave the products too flat, and computing the logits
  /// again is cheaper.
  static let fewestRows = 64

  /// Kept logits are read twice more: half of a large last-level cache holds them.
  static let largestKeptByteCount = 32 << 20

  init<Scalar>(_ problem: OneWayProblem<Scalar>, options: ComputeOptions) {
    let (rowCount, columnCount) = (problem.queries.rowCount, problem.candidates.columnCount)
    let keysNeedGradient = problem.keys.contains(where: \.needsGradient)
    affordableByteCount = min(options.keptByteCount, Self.largestKeptByteCount)
    let affordable =
      affordableByteCount / max(1, columnCount * MemoryLayout<Scalar>.stride)
    let onePassFits =
      !keysNeedGradient && problem.function.exponents.count == 1
      && problem.candidates.hasSinglePositive
      && problem.map == .identity
    // Without a gradient nothing is kept, and nothing is computed again. A map's slopes are those of
    // cosines, which are gone where logits are kept.
    let keepsNothing =
      !problem.needsGradient || affordable < min(Self.fewestRows, rowCount)
      || problem.map != .identity
    let preferred: ComputeOptions.Strategy =
      onePassFits ? .onePass : keepsNothing ? .recomputed : .kept
    let forced = options.strategy == .sparse ? nil : options.strategy
    let wanted = problem.map == .identity ? forced ?? preferred : .recomputed
    strategy = wanted == .onePass && !onePassFits ? preferred : wanted
    // A block packs all columns anew, which at 512 rows costs half of what it does at 256; but what is
    // kept of 512 rows has to leave the last-level cache room.
    let longest = strategy == .kept ? max(min(256, affordable), min(512, affordable / 2)) : 512
    rows = max(1, min(options.tileRows ?? longest, rowCount))
    // Groups of columns are not divided.
    let group = problem.keys.reduce(1) { max($0, $1.groupSize) }
    let wantedColumns = options.tileColumns ?? options.tileColumns(of: columnCount)
    columns = max(1, wantedColumns / group) * group
  }
}

extension ComputeOptions {
  /// How long a tile is: with few columns, smaller ones leave every thread some.
  func tileColumns(of columnCount: Int) -> Int {
    let share = (columnCount + 2 * threads - 1) / max(1, 2 * threads)
    return min(512, max(64, (share + 63) / 64 * 64))
  }
}
