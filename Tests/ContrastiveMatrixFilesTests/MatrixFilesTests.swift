import ContrastiveEmbeddings
import ContrastiveFiles
import ContrastiveMatrixFiles
import Foundation
import TestSupport
import Testing

@Suite("A matrix and files")
struct MatrixFilesTests {
  private func withFile(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "ContrastiveEmbeddingsTests-\(UUID().uuidString).npy"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test("comes back as it was written, a part of another included")
  func roundTrip() throws {
    func check<Scalar: EmbeddingScalar & ArrayElement>(_: Scalar.Type) throws {
      try withFile { path in
        let matrix = Matrix<Scalar>.random(rowCount: 5, columnCount: 7, seed: 1)
        let part = matrix.rows(1..<4).columns(2..<5)
        try part.write(to: path)
        let read = try Matrix<Scalar>(FileArray(reading: path))
        #expect(read == part)
        // Mapped, not loaded: the first element lies where the header ends, at a multiple of 64.
        #expect(Self.address(read) % 4096 == 128)
        var copy = read
        copy[0, 0] = 99
        #expect(read == part)
        #expect(try Matrix<Scalar>(FileArray(reading: path)) == part)
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  private static func address<Scalar>(_ matrix: Matrix<Scalar>) -> Int {
    unsafe matrix.row(0).withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
  }

  @Test("is one of a file's tensors, a part of another included")
  func tensor() throws {
    try withFile { path in
      let matrix = Matrix<Double>.random(rowCount: 5, columnCount: 7, seed: 1)
      let part = matrix.rows(1..<4).columns(2..<5)
      try SafetensorsFile.write(
        ["whole": WritableArray(matrix), "part": WritableArray(part)], to: path)
      let file = try SafetensorsFile(path)
      #expect(try Matrix<Double>(file.tensor("whole")) == matrix)
      #expect(try Matrix<Double>(file.tensor("part")) == part)
    }
  }

  @Test("is converted from other types")
  func conversion() throws {
    try withFile { path in
      #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))  // no Float16 there
        let halves: [Float16] = [0.5, -1, 0x1p-24, 65504, 0, 1.0009765625]
        try NumPyFile.write(halves.span, shape: [2, 3], to: path)
        let matrix = try Matrix<Float>(FileArray(reading: path))
        #expect((matrix.rowCount, matrix.columnCount) == (2, 3))
        #expect(matrix.elements == halves.map { Float($0) })
      #endif
      try NumPyFile.write([1.1, -2e300, 3, 4].span, shape: [4, 1], to: path)
      #expect(
        try Matrix<Float>(FileArray(reading: path)).elements == [1.1, -.infinity, 3, 4])
    }
  }

  @Test("joins the leading dimensions of an array with more")
  func leadingDimensions() throws {
    try withFile { path in
      let matrix = Matrix<Float>(rowCount: 6, columnCount: 4) { Float($0 * 4 + $1) }
      try matrix.write(to: path, shape: [2, 3, 4])
      let array = try FileArray(reading: path)
      #expect(array.shape == [2, 3, 4])
      #expect(try Matrix<Float>(array) == matrix)
    }
  }

  @Test("is not made of fewer than two dimensions, nor written under another count")
  func errors() throws {
    try withFile { path in
      try NumPyFile.write([1, 2, 3].span as Span<Float>, shape: [3], to: path)
      #expect(
        throws: ArrayFileError.wrongRank(source: path, expected: 2, shape: [3])
      ) { try Matrix<Float>(FileArray(reading: path)) }
      #expect(throws: ArrayFileError.self) {
        try Matrix<Float>(rowCount: 2, columnCount: 3).write(to: path, shape: [7])
      }
    }
  }
}
