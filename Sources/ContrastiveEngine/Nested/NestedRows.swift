import ContrastiveEmbeddings
import ContrastiveKernels

/// Rows of which prefixes are embeddings, each normalised by itself.
struct NestedRows<Scalar: EmbeddingScalar>: Sendable {
  /// The longest prefix, normalised.
  let rows: Block<Scalar>

  /// Which coordinates each prefix has more than the one before.
  let slices: [Range<Int>]

  /// 1/‖x‖ of every prefix of these rows, by prefix and row; 0 of a zero prefix.
  let inverseLengths: [[Double]]

  var prefixes: Range<Int> { slices.indices }

  /// - Parameter dimensions: Of the prefixes, rising.
  /// - Returns: `nil` where a prefix is so small a part of its row that its squares may vanish.
  init?(_ given: Block<Scalar>, dimensions: [Int], options: ComputeOptions) {
    let longest = dimensions.last ?? 0
    let target: Block<Scalar> = options.block(rowCount: given.rowCount, columnCount: longest)
    let source = given.columns(0..<longest)
    let chunks = (0..<given.rowCount).parts(of: 256)
    Workers.forEach(chunks.count, threads: options.threads) { _, item in
      target.rows(chunks[item]).setNormalized(source.rows(chunks[item]), on: options.isa)
    }
    rows = target
    slices = zip([0] + dimensions, dimensions).map { $0..<$1 }
    var (squares, lengths): ([Double], [[Double]]) = (
      Array(repeating: 0, count: given.rowCount), []
    )
    for slice in slices {
      let slice = rows.columns(slice)
      let own = slice.dots(with: slice, threads: options.threads, on: options.isa)
      for row in own.indices { squares[row] += own[row] }
      lengths.append(squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 })
    }
    inverseLengths = lengths
    for (slice, lengths) in zip(slices, lengths) {
      for (row, inverse) in lengths.enumerated() where inverse == 0 || inverse > 1e6 {
        guard (0..<slice.upperBound).allSatisfy({ given[row, $0] == 0 }) else { return nil }
      }
    }
  }

  func slice(_ prefix: Int, of range: Range<Int>) -> Block<Scalar> {
    rows.rows(range).columns(slices[prefix])
  }

  /// The inner product of every row with the same row of others, by prefix and row.
  func cosines(with other: NestedRows, options: ComputeOptions) -> [[Double]] {
    var sums = Array(repeating: 0.0, count: rows.rowCount)
    return prefixes.map { prefix in
      let dots = rows.columns(slices[prefix]).dots(
        with: other.rows.columns(slices[prefix]), threads: options.threads, on: options.isa)
      for row in dots.indices { sums[row] += dots[row] }
      return sums.indices.map {
        sums[$0] * inverseLengths[prefix][$0] * other.inverseLengths[prefix][$0]
      }
    }
  }

  /// Takes off what of a gradient only changes the lengths of prefixes.
  ///
  /// With u = a·x of a prefix, a = 1/‖x‖, and g the gradient by u, that by x is a·g − a²·⟨u, g⟩·x: a slice's is
  /// the sum over all prefixes that it is in.
  ///
  /// - Parameter moments: ⟨u, g⟩ by prefix and row.
  func project(_ gradient: Block<Scalar>, moments: Block<Double>, options: ComputeOptions) {
    var factors = Array(repeating: 0.0, count: rows.rowCount)
    for prefix in prefixes.reversed() {
      for row in factors.indices {
        let inverse = inverseLengths[prefix][row]
        factors[row] -= inverse * inverse * moments[prefix, row]
      }
      gradient.columns(slices[prefix]).add(
        rows.columns(slices[prefix]), times: factors, on: options.isa)
    }
  }
}
