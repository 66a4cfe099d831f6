import ContrastiveEmbeddings
import ContrastiveSimilarity
import TestSupport
import Testing

@Suite("Similarities")
struct SimilarityTests {
  private func plain(
    _ similarity: Similarity, _ x: Matrix<Double>, _ y: Matrix<Double>
  ) -> [Double] {
    (0..<x.rowCount).flatMap { i in
      (0..<y.rowCount).map { j in
        var (dot, a, b) = (0.0, 0.0, 0.0)
        for c in 0..<x.columnCount {
          dot += x[i, c] * y[j, c]
          a += x[i, c] * x[i, c]
          b += y[j, c] * y[j, c]
        }
        return similarity == .dot ? dot : dot / (a * b).squareRoot()
      }
    }
  }

  @Test("equal a plain loop, of raw and of unit rows", arguments: Similarity.allCases)
  func matrix(_ similarity: Similarity) throws {
    let x = Matrix<Double>.random(rowCount: 7, columnCount: 5, seed: 1)
    let y = Matrix<Double>.random(rowCount: 9, columnCount: 5, seed: 2)
    // Five products of numbers up to 2 by 2, a norm on either side.
    func check(_ actual: Matrix<Double>, _ expected: [Double]) {
      #expect((actual.rowCount, actual.columnCount) == (7, 9))
      expectClose(actual.elements, expected, size: 4, tolerance: 1e-15, "\(similarity)")
    }
    check(try similarity.matrix(x, y), plain(similarity, x, y))
    let (unitX, unitY) = (try x.normalized(), try y.normalized())
    check(try similarity.matrix(unitX, unitY), plain(.cosine, x, y))
    let mixed = try similarity.matrix(unitX, y)
    check(mixed, plain(similarity, unitX.matrix, y))
    let float = try similarity.matrix(x.converted(to: Float.self), y.converted())
    expectClose(
      float.doubles, plain(similarity, x, y), size: 4, tolerance: 1e-6, "\(similarity) in Float")
  }

  @Test("come in tiles that cover every pair once", arguments: Similarity.allCases)
  func tiles(_ similarity: Similarity) throws {
    let x = Matrix<Double>.random(rowCount: 7, columnCount: 5, seed: 1)
    let y = Matrix<Double>.random(rowCount: 10, columnCount: 5, seed: 2)
    let whole = try similarity.matrix(x, y)
    for (tileRows, tileColumns) in [(1, 1), (2, 3), (7, 10), (4, 256), (256, 4)] {
      var seen = Matrix<Double>(rowCount: 7, columnCount: 10)
      var collected = seen
      var kept: [Matrix<Double>] = []
      try similarity.forEachTile(x, y, tileRows: tileRows, tileColumns: tileColumns) {
        rows, columns, tile in
        #expect((tile.rowCount, tile.columnCount) == (rows.count, columns.count))
        #expect(rows.count <= tileRows && columns.count <= tileColumns)
        for r in rows {
          for c in columns {
            seen[r, c] += 1
            collected[r, c] = tile[r - rows.lowerBound, c - columns.lowerBound]
          }
        }
        kept.append(tile)
      }
      #expect(seen.elements.allSatisfy { $0 == 1 })
      expectClose(collected.elements, whole.elements, size: 4, tolerance: 1e-15, "tiles")
      // A tile that is kept is not overwritten by the next.
      #expect(kept.first?.rows(0..<1).columns(0..<1) == collected.rows(0..<1).columns(0..<1))
    }
  }

  @Test("have gradients that equal central differences", arguments: Similarity.allCases)
  func pullback(_ similarity: Similarity) throws {
    let x = Matrix<Double>.random(rowCount: 3, columnCount: 4, seed: 1)
    let y = Matrix<Double>.random(rowCount: 5, columnCount: 4, seed: 2)
    let g = Matrix<Double>.random(rowCount: 3, columnCount: 5, seed: 3)
    func value(_ x: Matrix<Double>, _ y: Matrix<Double>) throws -> Double {
      zip(try similarity.matrix(x, y).elements, g.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let gradient = try similarity.pullback(x, y, g)
    expectClose(
      gradient.x.elements,
      try finiteDifferences(of: x, step: finiteDifferenceStep) { try value($0, y) }, size: 4,
      tolerance: finiteDifferenceTolerance, "x")
    expectClose(
      gradient.y.elements,
      try finiteDifferences(of: y, step: finiteDifferenceStep) { try value(x, $0) }, size: 4,
      tolerance: finiteDifferenceTolerance, "y")
    // Unit rows are variables of their own: dL/dX̂ = G·Ŷ, not projected.
    let unit = try similarity.pullback(x.normalized(), y.normalized(), g)
    let unitY = try y.normalized().matrix
    for r in 0..<3 {
      for c in 0..<4 {
        let expected = (0..<5).reduce(0) { $0 + g[r, $1] * unitY[$1, c] }
        #expect(abs(unit.x[r, c] - expected) < 1e-14)
      }
    }
  }

  @Test("of zero rows are 0, with gradient 0")
  func zeroRows() throws {
    let x: Matrix<Float> = [[0, 0], [3, 4]]
    let y: Matrix<Float> = [[1, 0]]
    #expect(try Similarity.cosine.matrix(x, y) == [[0], [0.6]])
    let gradient = try Similarity.cosine.pullback(x, y, [[1], [1]])
    #expect(gradient.x.rows(0..<1) == [[0, 0]])
  }

  @Test("that cannot be computed say why in one line")
  func errors() {
    let (x, y) = (
      Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 1),
      Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 2)
    )
    func check(
      _ line: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) {
      let error = #expect(
        throws: ContrastiveError.self, sourceLocation: sourceLocation, performing: body)
      #expect(error?.description == line, sourceLocation: sourceLocation)
    }
    for similarity in Similarity.allCases {
      check("y: expected 2 columns, as x, found 3 columns") { _ = try similarity.matrix(x, y) }
      check("x: row 2 holds a NaN or an infinity; every number must be finite") {
        _ = try similarity.matrix(x.replacing(2, 1, by: .nan), x)
      }
      check("y: row 0 holds a NaN or an infinity; every number must be finite") {
        _ = try similarity.matrix(x, x.replacing(0, 1, by: .infinity))
      }
      check("gradient: expected 3 × 3, found 4 × 3") {
        _ = try similarity.pullback(x, x, y)
      }
      check("tileColumns: expected a positive whole number, found 0") {
        try similarity.forEachTile(x, x, tileColumns: 0) { _, _, _ in }
      }
      check("tileRows: expected a positive whole number, found -1") {
        try similarity.forEachTile(x, x, tileRows: -1) { _, _, _ in }
      }
    }
  }
}
