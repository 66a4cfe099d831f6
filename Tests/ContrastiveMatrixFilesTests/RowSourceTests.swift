import ContrastiveEmbeddings
import ContrastiveFiles
import ContrastiveKernels
import ContrastiveMatrixFiles
import Foundation
import TestSupport
import Testing

@Suite("Rows that are read when they are needed")
struct RowSourceTests {
  private let directory: TemporaryDirectory
  private let rows = Matrix<Float>(rowCount: 7, columnCount: 3) { Float($0) - Float($1) / 4 }

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// A `.npy` file of the rows, in whatever way.
  private func write(
    _ type: String, fortran: Bool = false, shape: String = "(7, 3)", _ bytes: (Float) -> [UInt8]
  ) throws -> FileArray {
    let header =
      "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape)}"
    let elements =
      fortran
      ? (0..<3).flatMap { c in (0..<7).map { rows[$0, c] } } : rows.elements
    let file = MalformedFiles.npy(header, dataByteCount: 0) + elements.flatMap(bytes)
    return try FileArray(reading: directory.write(file, to: "x.npy"))
  }

  private func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    stride(from: 0, to: Number.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private func check(_ array: FileArray, isRead: Bool) throws {
    let source = try RowSource<Float>(array)
    #expect((source.source != nil) == isRead)
    #expect(source.rowCount == 7 && source.columnCount == 3)
    #expect(source.matrix == rows)
    #expect(source.prefix(4).matrix == rows.rows(0..<4))
    for indices in [[0, 1, 2], [6], [5, 2, 3, 3, 0], []] {
      #expect(source.rows(at: indices).matrix == rows.rows(at: indices))
    }
    let tile = Block<Float>(rowCount: 2, columnCount: 3)
    source.rows(at: [1, 4, 5]).read(1..<3, into: tile)
    #expect(Matrix(tile) == rows.rows(4..<6))
  }

  @Test("are mapped in their own type and order, and else read tile by tile")
  func orders() throws {
    func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
      littleEndian(number).reversed()
    }
    let padding = String(repeating: " ", count: 3)
    // The header's length decides whether elements are aligned, and only then they are mapped.
    var isMapped = false
    for spaces in 0..<4 {
      let array = try write("<f4", shape: "(7, 3)" + padding.prefix(spaces)) {
        littleEndian($0.bitPattern)
      }
      let source = try RowSource<Float>(array)
      isMapped = isMapped || source.source == nil
      try check(array, isRead: source.source != nil)
    }
    #expect(isMapped)
    try check(write(">f4") { bigEndian($0.bitPattern) }, isRead: true)
    try check(write("<f4", fortran: true) { littleEndian($0.bitPattern) }, isRead: true)
    try check(write(">f8", fortran: true) { bigEndian(Double($0).bitPattern) }, isRead: true)
    try check(write("<f2") { littleEndian(Float16($0).bitPattern) }, isRead: true)
    try check(write(">f2", shape: "(7, 1, 3)") { bigEndian(Float16($0).bitPattern) }, isRead: true)
    #expect(throws: ArrayFileError.self) {
      try RowSource<Float>(write("<f4", shape: "(21,)") { littleEndian($0.bitPattern) })
    }
  }

  @Test("are read from beyond 4 GiB of a file")
  func farAway() throws {
    let (start, byteCount) = (4_500_000_000, 24)
    let header =
      #"{"pad":{"dtype":"U8","shape":[\#(start)],"data_offsets":[0,\#(start)]},"#
      + #""x":{"dtype":"F32","shape":[2,3],"data_offsets":[\#(start),\#(start + byteCount)]}}"#
    let bytes = MalformedFiles.safetensors(header, dataByteCount: 0)
    let path = try directory.write(bytes, to: "far.safetensors")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64(bytes.count + start))
    let elements: [Float] = [1, -2, 3, 0.5, 0.25, -8]
    try file.write(contentsOf: Data(elements.flatMap { littleEndian($0.bitPattern) }))
    try file.close()
    let source = try RowSource<Float>(FileArray(reading: path + ":x"))
    #expect(source.matrix.elements == elements)
    #expect(try FileArray(reading: path + ":pad").shape == [start])
  }
}
