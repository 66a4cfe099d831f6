import ContrastiveKernels

/// The tiles of a problem of a given shape.
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

  init<Scalar>(
    rowCount: Int, columnCount: Int, exponentCount: Int, queriesNeedGradient: Bool,
    keysNeedGradient: Bool, hasSinglePositive: Bool, scalar: Scalar.Type, options: ComputeOptions
  ) {
    affordableByteCount = min(options.keptByteCount, Self.largestKeptByteCount)
    let affordable =
      affordableByteCount / max(1, columnCount * MemoryLayout<Scalar>.stride)
    let onePassFits = !keysNeedGradient && exponentCount == 1 && hasSinglePositive
    // Without a gradient nothing is kept, and nothing is computed again.
    let keepsNothing =
      !queriesNeedGradient && !keysNeedGradient
      || affordable < min(Self.fewestRows, rowCount)
    let preferred: ComputeOptions.Strategy =
      onePassFits ? .onePass : keepsNothing ? .recomputed : .kept
    let forced = options.strategy == .sparse ? nil : options.strategy
    let wanted = forced ?? preferred
    strategy = wanted == .onePass && !onePassFits ? preferred : wanted
    // A block packs all columns anew, which at 512 rows costs half of what it does at 256; but what is
    // kept of 512 rows has to leave the last-level cache room.
    let longest = strategy == .kept ? max(min(256, affordable), min(512, affordable / 2)) : 512
    rows = max(1, min(options.tileRows ?? longest, rowCount))
    // With few columns, smaller tiles leave every thread some.
    let share = (columnCount + 2 * options.threads - 1) / max(1, 2 * options.threads)
    columns = max(1, options.tileColumns ?? min(512, max(64, (share + 63) / 64 * 64)))
  }
}
