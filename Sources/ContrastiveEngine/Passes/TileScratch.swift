import ContrastiveEmbeddings
import ContrastiveKernels

/// What a thread needs for a tile.
final class TileScratch<Scalar: EmbeddingScalar>: @unchecked Sendable {
  let logits: Block<Scalar>
  let keys: Block<Scalar>

  /// Slopes of a map of the logits.
  let slopes: Block<Scalar>?

  /// The keys in 8 bits, where tiles are screened.
  let keyCodes: Codes<Scalar>?

  init(
    rows: Int, columns: Int, dimension: Int, screens: Bool = false, copiesKeys: Bool,
    isMapped: Bool = false, options: ComputeOptions
  ) {
    keyCodes =
      screens
      ? Codes(.keys, rowCount: columns, dimension: dimension, from: options.workspace) : nil
    logits = options.block(rowCount: rows, columnCount: columns, padded: true)
    slopes = isMapped ? options.block(rowCount: rows, columnCount: columns, padded: true) : nil
    keys = options.block(rowCount: copiesKeys ? columns : 0, columnCount: dimension)
  }
}
