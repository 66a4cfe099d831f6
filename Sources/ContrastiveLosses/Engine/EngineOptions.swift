package import ContrastiveKernels

/// How the rows engine cuts and schedules its work. What it computes is the same, to rounding.
package struct EngineOptions: Hashable, Sendable {
  /// What becomes of a row block's logits between their sums and the gradient.
  package enum Strategy: Hashable, Sendable, CaseIterable {
    /// The queries' gradient is accumulated along with the sums, and rescaled where a row's
    /// running maximum moves: 4NMd flops. For keys that take no gradient.
    case onePass
    /// The logits of a row block are kept: 6NMd flops.
    case kept
    /// They are computed again: 8NMd flops, and memory for one tile.
    case recomputed
  }

  /// Rows of a tile; `nil` chooses by shape.
  package var tileRows: Int?
  /// Columns of a tile; `nil` chooses by shape.
  package var tileColumns: Int?
  /// `nil` chooses by shape.
  package var strategy: Strategy?
  package var threads: Int
  package var isa: InstructionSet

  package init(
    tileRows: Int? = nil, tileColumns: Int? = nil, strategy: Strategy? = nil,
    threads: Int = Workers.available, isa: InstructionSet = .best
  ) {
    self.tileRows = tileRows
    self.tileColumns = tileColumns
    self.strategy = strategy
    self.threads = threads
    self.isa = isa
  }
}

/// The tiles of a problem of a given shape.
struct Tiling {
  let rows: Int
  let columns: Int
  let strategy: EngineOptions.Strategy

  /// Logits of a row block that may be kept, in bytes.
  ///
  /// Half of a large last-level cache. A row block shorter than `fewestRows` would leave the
  /// products too flat, and computing the logits again is cheaper.
  static let keptByteCount = 32 << 20
  static let fewestRows = 64

  init<Scalar>(
    rowCount: Int, columnCount: Int, exponentCount: Int, queriesNeedGradient: Bool,
    keysNeedGradient: Bool, hasSinglePositive: Bool, scalar: Scalar.Type, options: EngineOptions
  ) {
    let affordable = Self.keptByteCount / max(1, columnCount * MemoryLayout<Scalar>.stride)
    let onePassFits = !keysNeedGradient && exponentCount == 1 && hasSinglePositive
    // Without a gradient nothing is kept, and nothing is computed again.
    let keepsNothing =
      !queriesNeedGradient && !keysNeedGradient
      || affordable < min(Self.fewestRows, rowCount)
    let preferred: EngineOptions.Strategy =
      onePassFits ? .onePass : keepsNothing ? .recomputed : .kept
    let wanted = options.strategy ?? preferred
    strategy = wanted == .onePass && !onePassFits ? preferred : wanted
    rows = max(
      1, min(options.tileRows ?? (strategy == .kept ? min(256, affordable) : 256), rowCount))
    // With few columns, smaller tiles leave every thread some.
    let share = (columnCount + 2 * options.threads - 1) / max(1, 2 * options.threads)
    columns = max(1, options.tileColumns ?? min(512, max(64, (share + 63) / 64 * 64)))
  }
}
