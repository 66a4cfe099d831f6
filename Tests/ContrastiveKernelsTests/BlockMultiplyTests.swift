import ContrastiveEmbeddings
import Testing

@testable import ContrastiveKernels

@Suite("Products of blocks")
struct BlockMultiplyTests {
  /// By BLAS, and by our own loops on an instruction set.
  static let multipliers: [InstructionSet?] = [nil] + InstructionSet.available

  /// Around the rows, columns and depth that our own loops take at a time: up to 4, 16 or 32, and 256.
  static let shapes = [
    (1, 1, 1), (3, 5, 7), (17, 2, 33), (4, 19, 1), (5, 3, 0), (2, 15, 3), (4, 3, 256),
    (5, 17, 257), (8, 31, 4), (3, 33, 255), (9, 65, 5), (1, 32, 513),
  ]

  @Test(
    "equal plain loops, with transposes, strides, scale and sum", arguments: [false, true],
    [false, true])
  func plainLoop(transposingLeft: Bool, transposingRight: Bool) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) {
      for (rows, columns, depth) in Self.shapes {
        let a = randomRows(
          transposingLeft ? depth : rows, transposingLeft ? rows : depth, seed: 1, as: scalar)
        let b = randomRows(
          transposingRight ? columns : depth, transposingRight ? depth : columns, seed: 2,
          as: scalar)
        let start = randomRows(rows, columns, seed: 3, as: scalar)
        let left = Block(fenced: a, columnCount: transposingLeft ? rows : depth)
        let right = Block(fenced: b, columnCount: transposingRight ? depth : columns)
        let x = transposingLeft ? transposed(left.doubles, count: rows) : left.doubles
        let y = transposingRight ? right.doubles : transposed(right.doubles, count: columns)
        let dots = x.map { x in y.map { compensatedDot(x, $0) } }
        let sizes = x.map { x in y.map { zip(x, $0).reduce(0) { $0 + abs($1.0 * $1.1) } } }
        for (scale, accumulating) in [(1, false), (-2.5, false), (0.75, true)] as [(Scalar, Bool)] {
          for isa in Self.multipliers {
            let result = Block(fenced: start, columnCount: columns)
            result.setProduct(
              left, right, transposingLeft: transposingLeft, transposingRight: transposingRight,
              scale: scale, accumulating: accumulating, on: isa)
            #expect(result.isFenceIntact)
            let found = result.doubles
            var wrong: [(row: Int, column: Int)] = []
            for r in 0..<rows {
              for c in 0..<columns {
                let before = accumulating ? Double(start[r][c]) : 0
                let exact = before + Double(scale) * dots[r][c]
                let size = abs(before) + abs(Double(scale)) * sizes[r][c]
                // `depth` products and sums, the scale, and the sums of parts, half an epsilon each.
                let tolerance = Double(depth + 3) * Double(Scalar.ulpOfOne) * size
                if !(abs(found[r][c] - exact) <= tolerance) { wrong.append((r, c)) }
              }
            }
            #expect(
              wrong.isEmpty,
              "\(rows) × \(columns) × \(depth), scale \(scale), \(isa?.rawValue ?? "BLAS")")
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// The columns of rows, `count` of them also where there are no rows.
  private func transposed(_ rows: [[Double]], count: Int) -> [[Double]] {
    (0..<count).map { column in rows.map { $0[column] } }
  }

  /// The processor's mode is the thread's, who may be in need of such numbers elsewhere.
  @Test("take what is below the smallest normal number for 0, and leave others alone")
  func subnormal() {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) {
      let least = Scalar.leastNormalMagnitude
      let halves: Scalar = [1, 0.5].reduce(least) { $0 * $1 }
      let left = Block(fenced: [[least, halves, 2]], columnCount: 3)
      // Two sums of one product each: of factors of which one is subnormal, and which is subnormal itself; and a normal one.
      let right = Block(
        fenced: [[0, 0.25, 0], [1, 0, 0], [0, 0, 3]] as [[Scalar]], columnCount: 3)
      let result = Block<Scalar>(rowCount: 1, columnCount: 3)
      result.setProduct(left, right)
      #expect(result.doubles == [[0, 0, 6]])
      #expect(halves > 0 && [halves].reduce(0, +) == halves && halves + halves == least)
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("of no depth are zeros, or what was there", arguments: multipliers)
  func noDepth(on isa: InstructionSet?) {
    let (left, right) = (
      Block<Float>(rowCount: 2, columnCount: 0), Block<Float>(rowCount: 0, columnCount: 3)
    )
    let result = Block(fenced: [[1, 2, 3], [4, 5, 6]] as [[Float]], columnCount: 3)
    result.setProduct(left, right, accumulating: true, on: isa)
    #expect(result.doubles == [[1, 2, 3], [4, 5, 6]])
    result.setProduct(left, right, on: isa)
    #expect(result.doubles == [[0, 0, 0], [0, 0, 0]])
  }
}

extension Block {
  /// A product by our own loops on an instruction set, or with `nil` by BLAS.
  fileprivate func setProduct(
    _ a: Block, _ b: Block, transposingLeft: Bool = false, transposingRight: Bool = false,
    scale: Scalar = 1, accumulating: Bool = false, on isa: InstructionSet?
  ) {
    guard let isa else {
      setProduct(
        a, b, transposingLeft: transposingLeft, transposingRight: transposingRight, scale: scale,
        accumulating: accumulating)
      return
    }
    unsafe PortableBLAS.multiply(
      TileProduct(
        left: .init(a.source, isTransposed: transposingLeft),
        right: .init(b.source, isTransposed: transposingRight),
        target: .init(target, isTransposed: false), rows: Int32(rowCount),
        columns: Int32(columnCount), depth: Int32(transposingLeft ? a.rowCount : a.columnCount),
        scale: Double(scale), accumulates: accumulating),
      by: Scalar.kernels(on: isa))
  }
}
