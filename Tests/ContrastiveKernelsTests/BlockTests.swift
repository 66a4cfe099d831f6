import ContrastiveEmbeddings
import ContrastiveKernels
import Testing

@Suite("Blocks")
struct BlockTests {
  @Test("share what they are parts of")
  func parts() {
    let block = Block<Double>(rowCount: 4, columnCount: 5)
    let part = block.rows(1..<3).columns(2..<5)
    #expect((part.rowCount, part.columnCount, part.rowStride) == (2, 3, 5))
    part[1, 0] = 7
    #expect(block[2, 2] == 7)
    #expect(block.rows(4..<4).rowCount == 0)
    #expect(block.columns(5..<5).columnCount == 0)
    #expect(Array(0..<3).map { part.row(1)[$0] } == [7, 0, 0])
  }

  @Test("that are padded have an odd number of cache lines to a row", arguments: [1, 16, 17, 512])
  func padding(columns: Int) {
    let block = Block<Float>(rowCount: 3, columnCount: columns, padded: true)
    #expect(block.columnCount == columns)
    #expect(block.rowStride.isMultiple(of: 16))
    #expect(block.rowStride / 16 % 2 == 1)
    #expect(block.rowStride >= columns && block.rowStride < columns + 32)
  }

  @Test("fit their storage or do not")
  func fits() {
    func fits(_ count: Int, _ offset: Int, _ rows: Int, _ columns: Int, _ stride: Int) -> Bool {
      Block<Float>.fits(
        in: count, offset: offset, rowCount: rows, columnCount: columns, rowStride: stride)
    }
    #expect(fits(12, 0, 3, 4, 4))
    #expect(fits(11, 0, 3, 3, 4))
    #expect(!fits(11, 1, 3, 3, 4))
    #expect(!fits(11, 0, 3, 4, 4))
    #expect(!fits(12, 0, 3, 4, 3))
    #expect(!fits(12, -1, 1, 1, 1))
    #expect(!fits(12, 0, -1, 1, 1))
    #expect(fits(12, 12, 0, 4, 4))
    #expect(!fits(12, 13, 0, 4, 4))
    #expect(!fits(12, 0, Int.max, 4, 4))
    #expect(!fits(12, 0, Int.max / 2, 2, Int(Int32.max)))
    #expect(!fits(Int.max, 0, 1, 1, Int(Int32.max) + 1))
  }

  @Test("trap outside their bounds")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = Block(Storage<Float>(count: 11), rowCount: 3, columnCount: 4, rowStride: 4)
    }
    await #expect(processExitsWith: .failure) {
      _ = Block<Float>(rowCount: 3, columnCount: 4).rows(2..<4)
    }
    await #expect(processExitsWith: .failure) {
      _ = Block<Float>(rowCount: 3, columnCount: 4).columns(-1..<2)
    }
    await #expect(processExitsWith: .failure) {
      _ = Block<Float>(rowCount: 3, columnCount: 4)[0, 4]
    }
    await #expect(processExitsWith: .failure) {
      Block<Float>(rowCount: 3, columnCount: 4)[3, 0] = 1
    }
    await #expect(processExitsWith: .failure) {
      Block<Float>(rowCount: 2, columnCount: 2).setProduct(
        Block(rowCount: 2, columnCount: 3), Block(rowCount: 2, columnCount: 2))
    }
    await #expect(processExitsWith: .failure) {
      Block<Float>(rowCount: 2, columnCount: 2).add(Block(rowCount: 2, columnCount: 3))
    }
    await #expect(processExitsWith: .failure) {
      Block<Float>(rowCount: 2, columnCount: 2).scaleRows(by: [1])
    }
  }

  @Test("of borrowed memory are not written")
  func borrowed() async {
    await #expect(processExitsWith: .failure) {
      unsafe [1, 2, 3, 4].withUnsafeBufferPointer { (memory: UnsafeBufferPointer<Float>) in
        let storage = unsafe Storage(borrowing: memory, owner: nil)
        Block(storage, rowCount: 2, columnCount: 2, rowStride: 2)[0, 0] = 5
      }
    }
  }
}
