import ContrastiveEmbeddings
import ContrastiveKernels

/// The rows of a row block, in shares that threads take.
extension RowsEngine {
  /// Rows in shares of a fixed size, so that sums over them do not depend on how many threads
  /// there are.
  func chunks(of rows: Range<Int>) -> [Range<Int>] {
    stride(from: rows.lowerBound, to: rows.upperBound, by: 64).map {
      $0..<min($0 + 64, rows.upperBound)
    }
  }

  /// The unit rows of a range, and their codes where they are wanted.
  func unit(
    _ embeddings: AnyEmbeddings<Scalar>, _ range: Range<Int>, into scratch: Block<Scalar>,
    encoding codes: Codes<Scalar>?
  ) -> Block<Scalar> {
    let isa = options.isa
    let chunks = chunks(of: 0..<range.count)
    if embeddings.areUnit, codes == nil { return embeddings.unit(range, into: scratch, on: isa) }
    Workers.forEach(chunks.count, threads: options.threads) { _, item in
      let (rows, start) = (chunks[item], range.lowerBound)
      let unit = embeddings.unit(
        start + rows.lowerBound..<start + rows.upperBound,
        into: embeddings.areUnit ? scratch : scratch.rows(rows), on: isa)
      codes?.encode(unit, at: rows.lowerBound, on: isa)
    }
    return embeddings.areUnit
      ? embeddings.unit(range, into: scratch, on: isa) : scratch.rows(0..<range.count)
  }

  /// The unit rows of a list, and their codes where they are wanted.
  func unit(
    _ embeddings: AnyEmbeddings<Scalar>, _ list: [Int], into scratch: Block<Scalar>,
    encoding codes: Codes<Scalar>?
  ) -> Block<Scalar> {
    if let first = list.first, list == Array(first..<first + list.count) {
      return unit(embeddings, first..<first + list.count, into: scratch, encoding: codes)
    }
    let chunks = chunks(of: 0..<list.count)
    Workers.forEach(chunks.count, threads: options.threads) { _, item in
      let rows = chunks[item]
      let unit = embeddings.unitRows(
        at: list[rows], into: scratch.rows(rows), on: options.isa)
      codes?.encode(unit, at: rows.lowerBound, on: options.isa)
    }
    return scratch.rows(0..<list.count)
  }
}
