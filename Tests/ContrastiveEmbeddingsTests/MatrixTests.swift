import ContrastiveEmbeddings
import TestSupport
import Testing

@Suite("A matrix")
struct MatrixTests {
  static let numbers: [Float] = [1, 2, 3, 4, 5, 6]

  @Test("is created from literals, arrays, spans, rows and closures")
  func creation() throws {
    let literal: Matrix<Float> = [[1, 2, 3], [4, 5, 6]]
    #expect((literal.rowCount, literal.columnCount, literal.rowStride) == (2, 3, 3))
    #expect(literal.elements == Self.numbers)
    #expect(try Matrix(Self.numbers, rowCount: 2, columnCount: 3) == literal)
    #expect(try Matrix(rows: [[1, 2, 3], [4, 5, 6]]) == literal)
    #expect(
      try Matrix(copying: Self.numbers.span, rowCount: 2, columnCount: 3) == literal)
    #expect(Matrix(rowCount: 2, columnCount: 3) { Float(3 * $0 + $1 + 1) } == literal)
    #expect(Matrix<Float>(rowCount: 2, columnCount: 2).elements == [0, 0, 0, 0])
    let empty: Matrix<Double> = []
    #expect((empty.rowCount, empty.columnCount) == (0, 0))
    #expect(try Matrix<Double>(rows: []) == empty)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try Matrix<Float>(rowCount: 1, columnCount: 1) { _, _ in throw Stop() }
    }
  }

  @Test("takes rows at a stride")
  func strides() throws {
    // Two columns of three; the last row may end with the memory.
    let every = try Matrix(
      copying: Self.numbers.span, rowCount: 2, columnCount: 2, rowStride: 3)
    #expect(every == [[1, 2], [4, 5]])
    #expect(every.rowStride == 2)
    let short = Array(Self.numbers.dropLast())
    #expect(
      try Matrix(copying: short.span, rowCount: 2, columnCount: 2, rowStride: 3) == every)
    try Matrix.withRows(
      borrowing: short.span, rowCount: 2, columnCount: 2, rowStride: 3
    ) { rows throws(ContrastiveError) in
      #expect(rows == every)
      #expect(rows.rowStride == 3)
    }
  }

  @Test("of sizes that do not fit says what was expected")
  func shapeErrors() {
    func check(
      _ line: String, sourceLocation: SourceLocation = #_sourceLocation,
      _ body: () throws(ContrastiveError) -> Void
    ) {
      let error = #expect(throws: ContrastiveError.self, sourceLocation: sourceLocation) {
        try body()
      }
      #expect(error?.description == line, sourceLocation: sourceLocation)
    }
    let numbers = Self.numbers
    check("elements: expected 2 × 2, found 6 elements") { () throws(ContrastiveError) in
      _ = try Matrix(numbers, rowCount: 2, columnCount: 2)
    }
    check("elements: expected 3 × 3, found 6 elements") { () throws(ContrastiveError) in
      _ = try Matrix(numbers, rowCount: 3, columnCount: 3)
    }
    check("elements: expected -1 × 6, found 6 elements") { () throws(ContrastiveError) in
      _ = try Matrix(numbers, rowCount: -1, columnCount: 6)
    }
    check("elements: expected 3 × 2 with a row stride of 3, found 6 elements") {
      () throws(ContrastiveError) in
      _ = try Matrix(copying: numbers.span, rowCount: 3, columnCount: 2, rowStride: 3)
    }
    check("elements: expected 2 × 3 with a row stride of 2, found 6 elements") {
      () throws(ContrastiveError) in
      _ = try Matrix(copying: numbers.span, rowCount: 2, columnCount: 3, rowStride: 2)
    }
    check("elements: expected 7 × 1, found 6 elements") { () throws(ContrastiveError) in
      try Matrix.withRows(borrowing: numbers.span, rowCount: 7, columnCount: 1) {
        _ throws(ContrastiveError) in _ = Issue.record("called for a shape that does not fit")
      }
    }
    check("rows: expected 2 elements, as row 0, found 3 elements in row 1") {
      () throws(ContrastiveError) in
      _ = try Matrix<Float>(rows: [[1, 2], [3, 4, 5], [6]])
    }
  }

  @Test("shares memory with its rows and columns")
  func views() {
    let whole = Matrix<Float>.random(rowCount: 5, columnCount: 8, seed: 1)
    let part = whole.rows(1..<4).columns(2..<7)
    #expect((part.rowCount, part.columnCount, part.rowStride) == (3, 5, 8))
    for r in 0..<3 {
      for c in 0..<5 { #expect(part[r, c] == whole[r + 1, c + 2]) }
    }
    #expect(Self.address(part) == Self.address(whole) + (8 + 2) * MemoryLayout<Float>.stride)
    #expect(part.elements == (0..<3).flatMap { r in (0..<5).map { whole[r + 1, $0 + 2] } })
  }

  @Test("is a value: what is written to one copy, the other does not see")
  func copyOnWrite() {
    let original: Matrix<Double> = [[1, 2], [3, 4]]
    var copy = original
    #expect(Self.address(copy) == Self.address(original))
    copy[1, 0] = 9
    #expect(original == [[1, 2], [3, 4]])
    #expect(copy == [[1, 2], [9, 4]])
    // From here on the copy is alone, and stays where it is.
    let place = Self.address(copy)
    copy[0, 0] = 8
    #expect(Self.address(copy) == place)
    var column = copy.columns(1..<2)
    column[0, 0] = 7
    #expect(copy == [[8, 2], [9, 4]])
    #expect(column == [[7], [4]])
    #expect(column.rowStride == 1)
  }

  @Test("compares shapes and elements")
  func equality() {
    let a: Matrix<Float> = [[1, 2], [3, 4]]
    #expect(a != [[1, 2], [3, 5]])
    #expect(a != [[1, 2, 3, 4]])
    #expect(
      Matrix<Float>(rowCount: 0, columnCount: 2) != Matrix<Float>(rowCount: 0, columnCount: 3))
    #expect(a.columns(0..<1) == [[1], [3]])
  }

  static func address<Scalar>(_ matrix: Matrix<Scalar>) -> Int {
    unsafe matrix.row(0).withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
  }

  @Test("gives empty slices of slices, wherever they begin")
  func emptySlices() throws {
    let rows: Matrix<Float> = [[1, 2, 3, 4], [5, 6, 7, 8]]
    let empty = rows.columns(2..<4).rows(2..<2)
    #expect(empty.rowCount == 0 && empty.columnCount == 2)
    let narrow = Matrix<Float>(rowCount: 0, columnCount: 128).columns(64..<128)
    #expect(narrow.rowCount == 0 && narrow.columnCount == 64)
    #expect(rows.rows(1..<2).columns(4..<4).elements.isEmpty)
  }

  @Test("takes another's elements into the memory that it has, or into its own copy")
  func copyElements() throws {
    let source = try Matrix(Self.numbers, rowCount: 2, columnCount: 3)
    var target = Matrix<Float>(rowCount: 2, columnCount: 3)
    func address(_ matrix: Matrix<Float>) -> UInt {
      unsafe matrix.row(0).withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }
    let before = address(target)
    try target.copyElements(of: source)
    #expect(target == source)
    #expect(address(target) == before)
    // Of rows at a stride, too; and a copy that somebody holds stays as it is.
    let held = target
    let wide = try Matrix(Self.numbers + Self.numbers, rowCount: 2, columnCount: 6)
    try target.copyElements(of: wide.columns(1..<4))
    #expect(target == [[2, 3, 4], [2, 3, 4]])
    #expect(held == source)
    #expect(
      throws: ContrastiveError(
        .other, .shape(found: .init(3, 2), expected: .init(2, 3)))
    ) {
      try target.copyElements(of: Matrix(Self.numbers, rowCount: 3, columnCount: 2))
    }
  }

  @Test("adds a multiple of another, to its own copy alone")
  func add() throws {
    let start: Matrix<Double> = [[1, 2], [3, 4]]
    var sum = start
    try sum.add([[10, 20], [30, 40]], times: -0.5)
    #expect(sum == [[-4, -8], [-12, -16]])
    #expect(start == [[1, 2], [3, 4]])
    try sum.add(start)
    #expect(sum == [[-3, -6], [-9, -12]])
    let error = #expect(throws: ContrastiveError.self) { try sum.add([[1, 2]]) }
    #expect(error?.description == "other: expected 2 × 2, found 1 × 2")
  }

  @Test("hands its rows out to be changed, in its own copy alone")
  func mutableRows() throws {
    let wide: Matrix<Float> = [[1, 2, 3], [4, 5, 6]]
    var part = wide.columns(1..<3)
    part.withMutableRows { row, elements in
      for column in elements.indices { elements[column] += Float(10 * (row + 1)) }
    }
    #expect(part == [[12, 13], [25, 26]])
    #expect(wide.elements == Self.numbers)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try part.withMutableRows { row, _ throws(Stop) in if row == 1 { throw Stop() } }
    }
    var empty = Matrix<Float>(rowCount: 0, columnCount: 3)
    empty.withMutableRows { _, _ in Issue.record("no row") }
  }

  @Test("maps elements, adds a row to every row, sums columns, and turns over")
  func elementary() throws {
    let wide: Matrix<Double> = [[1, -2, 3], [-4, 5, -6]]
    let part = wide.columns(1..<3)
    #expect(part.map { max($0, 0) } == [[0, 3], [5, 0]])
    #expect(part == [[-2, 3], [5, -6]])
    #expect(part.columnSums == [3, -3])
    #expect(Matrix<Float>(rowCount: 0, columnCount: 2).columnSums == [0, 0])
    #expect(part.transposed == [[-2, 5], [3, -6]])
    #expect(wide.transposed.transposed == wide)
    var sum = part
    try sum.addRow([10, 20])
    #expect(sum == [[8, 23], [15, 14]])
    #expect(part == [[-2, 3], [5, -6]])
    let error = #expect(throws: ContrastiveError.self) { try sum.addRow([1]) }
    #expect(error?.description == "row: expected 2 numbers, one per column, found 1 number")
  }

  @Test("describes itself in a line")
  func descriptions() {
    #expect("\([[1, 2], [3, 4.5]] as Matrix<Float>)" == "2 × 2 Float [[1.0, 2.0], [3.0, 4.5]]")
    let large = Matrix<Double>(rowCount: 9, columnCount: 5) { Double($0 + $1) }
    #expect(
      large.description
        == "9 × 5 Double [[0.0, 1.0, 2.0, 3.0, …], [1.0, 2.0, 3.0, 4.0, …], "
        + "[2.0, 3.0, 4.0, 5.0, …], [3.0, 4.0, 5.0, 6.0, …], …]")
    #expect("\(Matrix<Float>.init(rowCount: 0, columnCount: 3))" == "0 × 3 Float []")
  }
}
