import ContrastiveEmbeddings
import TestSupport
import Testing

@Suite("A borrowed matrix")
struct BorrowedMatrixTests {
  @Test("reads the caller's memory where it lies")
  func address() throws {
    let numbers: [Float] = [1, 2, 3, 4, 5, 6]
    let place = unsafe numbers.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    let sum = try Matrix.withRows(borrowing: numbers.span, rowCount: 2, columnCount: 3) {
      rows throws(ContrastiveError) in
      #expect(MatrixTests.address(rows) == place)
      #expect(rows == [[1, 2, 3], [4, 5, 6]])
      return rows.elements.reduce(0, +)
    }
    #expect(sum == 21)
  }

  @Test("is copied before it is written")
  func writing() throws {
    let numbers: [Double] = [1, 2, 3, 4]
    try Matrix.withRows(borrowing: numbers.span, rowCount: 2, columnCount: 2) {
      rows throws(ContrastiveError) in
      var copy = rows
      copy[0, 0] = 7
      #expect(copy == [[7, 2], [3, 4]])
      #expect(rows == [[1, 2], [3, 4]])
    }
    #expect(numbers == [1, 2, 3, 4])
  }

  @Test("may go through whatever copies, and hands on what its body throws")
  func results() throws {
    let numbers: [Double] = [3, 4, 0, 2]
    let unit = try Matrix.withRows(borrowing: numbers.span, rowCount: 2, columnCount: 2) {
      rows throws(ContrastiveError) in try rows.normalized()
    }
    #expect(unit.matrix == [[0.6000000000000001, 0.8], [0, 1]])
    let broken: [Double] = [1, 2, .nan, 4]
    #expect(throws: ContrastiveError(.rows, row: 1, .notFinite)) {
      try Matrix.withRows(borrowing: broken.span, rowCount: 2, columnCount: 2) {
        rows throws(ContrastiveError) in try rows.normalized()
      }
    }
  }

  @Test("of no elements is empty")
  func empty() throws {
    let none: [Float] = []
    try Matrix.withRows(borrowing: none.span, rowCount: 0, columnCount: 3) {
      rows throws(ContrastiveError) in #expect(rows.elements == [])
    }
  }

  @Test("stops the program if it outlives its loan")
  func outliving() async {
    await #expect(processExitsWith: .failure) {
      let numbers: [Float] = [1, 2]
      let kept = try Matrix.withRows(borrowing: numbers.span, rowCount: 1, columnCount: 2) {
        rows throws(ContrastiveError) in rows.columns(0..<1)
      }
      print(kept)
    }
  }

  @Test("keeps the owner of its memory, and lets it go")
  func owner() throws {
    @safe final class Owner {
      let memory: UnsafeMutableBufferPointer<Double>
      init() {
        unsafe memory = .allocate(capacity: 4)
        unsafe memory.initialize(repeating: 2.5)
      }
      deinit { unsafe memory.deallocate() }
    }
    weak var owner: Owner?
    var part: Matrix<Double>?
    do {
      let created = Owner()
      owner = created
      let matrix = try unsafe Matrix(
        unsafelyBorrowing: UnsafeBufferPointer(created.memory), rowCount: 2, columnCount: 2,
        owner: created)
      part = matrix.rows(1..<2)
    }
    #expect(owner != nil)
    #expect(part == [[2.5, 2.5]])
    part = nil
    #expect(owner == nil)
  }
}
