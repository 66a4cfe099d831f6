import ContrastiveEmbeddings
import ContrastiveKernels
import Testing

@Suite("Products of blocks")
struct BlockMultiplyTests {
  @Test(
    "equal plain loops, with transposes, strides, scale and sum", arguments: [false, true],
    [false, true])
  func plainLoop(transposingLeft: Bool, transposingRight: Bool) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) {
      for (rows, columns, depth) in [(1, 1, 1), (3, 5, 7), (17, 2, 33), (4, 19, 1), (5, 3, 0)] {
        let a = randomRows(
          transposingLeft ? depth : rows, transposingLeft ? rows : depth, seed: 1, as: scalar)
        let b = randomRows(
          transposingRight ? columns : depth, transposingRight ? depth : columns, seed: 2,
          as: scalar)
        let start = randomRows(rows, columns, seed: 3, as: scalar)
        let left = Block(fenced: a, columnCount: transposingLeft ? rows : depth)
        let right = Block(fenced: b, columnCount: transposingRight ? depth : columns)
        for (scale, accumulating) in [(1, false), (-2.5, false), (0.75, true)] as [(Scalar, Bool)] {
          let result = Block(fenced: start, columnCount: columns)
          result.setProduct(
            left, right, transposingLeft: transposingLeft, transposingRight: transposingRight,
            scale: scale, accumulating: accumulating)
          #expect(result.isFenceIntact)
          for r in 0..<rows {
            for c in 0..<columns {
              let x = (0..<depth).map { Double(transposingLeft ? a[$0][r] : a[r][$0]) }
              let y = (0..<depth).map { Double(transposingRight ? b[c][$0] : b[$0][c]) }
              let before = accumulating ? Double(start[r][c]) : 0
              let exact = before + Double(scale) * compensatedDot(x, y)
              let size = zip(x, y).reduce(abs(before)) { $0 + abs(Double(scale) * $1.0 * $1.1) }
              // `depth` products and sums, the scale, and the last sum, half an epsilon each.
              let tolerance = Double(depth + 3) * Double(Scalar.ulpOfOne) * size
              #expect(abs(Double(result[r, c]) - exact) <= tolerance)
            }
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("of no depth are zeros, or what was there")
  func noDepth() {
    let (left, right) = (
      Block<Float>(rowCount: 2, columnCount: 0), Block<Float>(rowCount: 0, columnCount: 3)
    )
    let result = Block(fenced: [[1, 2, 3], [4, 5, 6]] as [[Float]], columnCount: 3)
    result.setProduct(left, right, accumulating: true)
    #expect(result.doubles == [[1, 2, 3], [4, 5, 6]])
    result.setProduct(left, right)
    #expect(result.doubles == [[0, 0, 0], [0, 0, 0]])
  }
}
