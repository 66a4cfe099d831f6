import ContrastiveEmbeddings
import ContrastiveKernels

/// The keys of every panel in 8 bits, tile by tile: from an earlier row block if they may be kept, or of now.
///
/// At any time one thread holds a panel.
final class KeyCodes<Scalar: EmbeddingScalar>: @unchecked Sendable {
  private let context: OneWayContext<Scalar>

  /// Whether codes, a byte per element, are kept for all row blocks.
  private let keeps: Bool

  /// What is known of a panel.
  private final class Entry {
    /// By tile. In one pass not all tiles have some.
    var codes: [Int: Codes<Scalar>] = [:]

    /// The norms of the errors of all keys' codes, of those that have been encoded.
    var errors: [Scalar]

    /// The largest norm of these keys.
    var norm: Scalar = 0

    init(count: Int) { errors = Array(repeating: 0, count: count) }
  }

  private let entries: [Entry]

  init(_ context: OneWayContext<Scalar>) {
    self.context = context
    keeps =
      context.problem.queries.rowCount > context.tiling.rows
      && context.problem.candidates.columnCount * context.dimension <= 16 << 20
    entries = context.panels.map { Entry(count: $0.columns.count) }
  }

  /// A tile's keys in 8 bits.
  ///
  /// - Parameter part: Takes note of keys that are encoded now.
  func codes(
    ofTile index: Int, of panel: Panel, noting part: inout PanelPart, worker: Int
  ) -> Codes<Scalar>? {
    let entry = entries[panel.index]
    if let codes = entry.codes[index] { return codes }
    let tile = panel.tiles[index]
    let keys = context.keys(tile, of: panel, worker: worker)
    part.note(keys, on: context.isa)
    let codes =
      keeps
      ? Codes<Scalar>(
        .keys, rowCount: tile.count, dimension: context.dimension, from: context.options.workspace)
      : context.scratch[worker].keyCodes
    guard let codes else { return nil }
    codes.encode(keys, on: context.isa)
    if keeps { entry.codes[index] = codes }
    entry.errors.replaceSubrange(
      place(ofTile: index, of: panel), with: codes.errors(0..<tile.count))
    entry.norm = max(entry.norm, codes.largestNorm(0..<tile.count))
    return codes
  }

  func errors(ofTile index: Int, of panel: Panel) -> ArraySlice<Scalar> {
    entries[panel.index].errors[place(ofTile: index, of: panel)]
  }

  func largestError(of panel: Panel) -> Scalar { entries[panel.index].errors.max() ?? 0 }

  func largestNorm(of panel: Panel) -> Scalar { entries[panel.index].norm }

  private func place(ofTile index: Int, of panel: Panel) -> Range<Int> {
    let (tile, start) = (panel.tiles[index], panel.columns.lowerBound)
    return tile.lowerBound - start..<tile.upperBound - start
  }
}
