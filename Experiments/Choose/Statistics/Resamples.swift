import Contrastive

/// How often each of some rows is drawn in each of many resamples: as many draws as there are rows, each from all of them.
///
/// The same rows for all treatments that were tried on them, which keeps them paired.
///
/// - Source: Efron 1979, the bootstrap.
struct Resamples: Sendable {
  let rowCount: Int
  let count: Int

  private let first: SeededGenerator
  private let kept: [Matrix<Double>]

  /// Half of what a core's last cache holds, roughly: 2000 resamples of 1000 rows are kept.
  private static let keptCount = 1 << 21

  /// Draws resamples of a number of rows.
  init(of rowCount: Int, count: Int = 2000, seed: UInt64) {
    (self.rowCount, self.count) = (rowCount, count)
    // Neighbouring seeds are to have nothing in common, wherever their sequences are picked up.
    var seeds = SeededGenerator(seed: seed)
    let first = SeededGenerator(seed: seeds.next())
    self.first = first
    kept =
      rowCount * count <= Self.keptCount
      ? Self.ranges(rowCount, count).map { Self.draws($0, of: rowCount, from: first) } : []
  }

  /// The mean over every resample's rows.
  ///
  /// - Parameter values: `T × n`: a row for each treatment, a column for each row that it was tried on.
  /// - Returns: `B × T`.
  /// - Complexity: 2BnT flops by GEMM and Bn draws, made again at every call where they are too many to keep.
  func means(of values: Matrix<Double>) throws(ContrastiveError) -> Matrix<Double> {
    var result: [Double] = []
    result.reserveCapacity(count * values.rowCount)
    for (index, range) in Self.ranges(rowCount, count).enumerated() {
      let draws =
        kept.isEmpty ? Self.draws(range, of: rowCount, from: first) : kept[index]
      result += try Similarity.dot.matrix(draws, values).elements
    }
    let share = 1 / Double(max(1, rowCount))
    return try Matrix(
      result.map { $0 * share }, rowCount: count, columnCount: values.rowCount)
  }

  private static func ranges(_ rowCount: Int, _ count: Int) -> [Range<Int>] {
    let size = max(1, keptCount / 4 / max(1, rowCount))
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// Some of the resamples, of one sequence of numbers for all.
  private static func draws(
    _ range: Range<Int>, of rowCount: Int, from first: SeededGenerator
  ) -> Matrix<Double> {
    var generator = first.skipping(range.lowerBound * rowCount)
    var result = Matrix<Double>(rowCount: range.count, columnCount: rowCount)
    result.withMutableRows { _, draws in
      for _ in 0..<rowCount {
        // The upper half of n·2⁻⁶⁴ of 64 random bits: off by at most n·2⁻⁶⁴ from equal chances.
        let row = Int(generator.next().multipliedFullWidth(by: UInt64(rowCount)).high)
        draws[row] += 1
      }
    }
    return result
  }
}
