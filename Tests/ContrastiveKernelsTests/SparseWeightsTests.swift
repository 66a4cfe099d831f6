import ContrastiveEmbeddings
import ContrastiveKernels
import Testing

@Suite("The few large elements of tiles")
struct SparseWeightsTests {
  @Test("are at every threshold elements of the tile", arguments: InstructionSet.available)
  func leastThreshold(on isa: InstructionSet) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      for columnCount in 1...17 {
        let tile = Block<Scalar>(fencedRows: 4, columnCount: columnCount)
        for row in 0..<4 {
          for column in 0..<columnCount { tile[row, column] = Scalar(row + column) - 2 }
        }
        tile[1, columnCount - 1] = -.infinity
        tile[2, 0] = -Scalar.greatestFiniteMagnitude
        // The last is −∞ as a Float.
        for threshold in [-.infinity, -Double(Scalar.greatestFiniteMagnitude), -1e39] {
          let sparse = SparseWeights<Scalar>(
            capacity: 5 * columnCount, from: Workspace(retaining: 0))
          sparse.append(tile, threshold: [threshold, threshold, threshold, .infinity], on: isa)
          var counts = [0, 0, 0, 0]
          sparse.addCounts(to: &counts)
          let hasLeast = threshold <= -Double(Scalar.greatestFiniteMagnitude)
          #expect(
            counts == [columnCount, columnCount - 1, columnCount - (hasLeast ? 0 : 1), 0],
            "\(columnCount) columns, \(threshold)")
          for row in 0..<3 {
            sparse.forEachColumn(tile: 0, row: row) { #expect($0 < columnCount) }
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }
}
