/// The tiles of rows against columns, for engines that need all blocks of both sides at once.
package struct TileGrid: Sendable {
  /// Blocks of neighbouring rows.
  package let rowBlocks: [Range<Int>]

  /// Blocks of neighbouring columns.
  package let columnBlocks: [Range<Int>]

  package init(rowCount: Int, columnCount: Int, tileRows: Int, tileColumns: Int) {
    rowBlocks = (0..<rowCount).parts(of: tileRows)
    columnBlocks = (0..<columnCount).parts(of: tileColumns)
  }
}

extension Range<Int> {
  /// Neighbouring parts of one size, but for the last, which may be shorter.
  package func parts(of size: Int) -> [Range<Int>] {
    stride(from: lowerBound, to: upperBound, by: Swift.max(1, size)).map {
      $0..<$0 + Swift.min(Swift.max(1, size), upperBound - $0)
    }
  }
}

extension Array {
  /// Neighbouring elements in groups, so many at the most and as even as whole groups of one size can be.
  package func groups(_ count: Int) -> [[Element]] {
    indices.parts(of: Swift.max(1, (self.count + count - 1) / Swift.max(1, count))).map {
      Array(self[$0])
    }
  }
}
