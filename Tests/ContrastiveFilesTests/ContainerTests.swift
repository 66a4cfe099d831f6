import ContrastiveFiles
import Foundation
import TestSupport
import Testing

@Suite("Archives, compressed files and pipes")
struct ContainerTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("are good where the malformed ones differ by one thing")
  func good() throws {
    let zip = try directory.write(MalformedFiles.Archive().bytes, to: "x.npz")
    #expect(try FileArray(reading: zip).shape == [2, 3])
    #expect(try FileArray(reading: zip + ":x").source == zip + ":x")
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (24,)}"
    let bytes = MalformedFiles.gzip(MalformedFiles.npy(header))
    // gzip files that follow each other are one.
    let text = MalformedFiles.gzip(Array("1 2\n".utf8)) + MalformedFiles.gzip(Array("3 4\n".utf8))
    #expect(try FileArray(reading: directory.write(bytes, to: "x")).integers() == Array(0..<24))
    #expect(
      try FileArray(reading: directory.write(text, to: "x.txt.gz")).integers() == [1, 2, 3, 4])
  }

  @Test("are read with what gzip and NumPy pass over behind them, and no more")
  func trailing() throws {
    let zip = MalformedFiles.Archive().bytes
    for junk in [[0], Array("junk".utf8), [UInt8](repeating: 7, count: 1000)] {
      #expect(try FileArray(reading: directory.write(zip + junk, to: "x.npz")).shape == [2, 3])
    }
    let text = MalformedFiles.gzip(Array("1 2\n".utf8))
    let zeros = [UInt8](repeating: 0, count: 512)
    let padded = try directory.write(text + zeros, to: "x.txt.gz")
    #expect(try FileArray(reading: padded).integers() == [1, 2])
    for (bytes, reason) in [
      (text + [7, 7], "2 bytes follow what is compressed, from byte \(text.count) on"),
      (Array(text.dropLast(10)), "what is compressed was cut short"),
    ] {
      let path = try directory.write(bytes, to: "x.txt.gz")
      let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
      #expect(try #require(error).description.contains("damaged: \(reason)"))
    }
  }

  // A member of 400 bytes cannot be made to fill the memory, whatever the directory says, nor be cut.
  @Test("inflate to no more than their directory says, and no less", arguments: [-1, 1, 1 << 20])
  func size(_ difference: Int) throws {
    var bytes = try contents(of: fixture("formats/one.npz"))
    let directoryStart = try #require(bytes.firstRange(of: Array("PK\u{1}\u{2}".utf8))).lowerBound
    let size = (0..<4).reduce(0) { $0 | Int(bytes[directoryStart + 24 + $1]) << (8 * $1) }
    for index in 0..<4 {
      bytes[directoryStart + 24 + index] = UInt8(
        truncatingIfNeeded: (size + difference) >> (8 * index))
    }
    let path = try directory.write(bytes, to: "x.npz")
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
    #expect(try #require(error).description.contains("inflates to"))
  }

  @Test(
    "are read from a pipe to its end",
    arguments: ["no-suffix", "one.npz", "header.csv", "rows.npy.gz"])
  func pipe(_ name: String) throws {
    let path = directory("pipe")
    try #require(unsafe mkfifo(path, 0o600) == 0)
    let bytes = try contents(of: fixture("formats/\(name)"))
    let writer = Thread {
      try? FileHandle(forWritingTo: URL(fileURLWithPath: path)).write(contentsOf: Data(bytes))
    }
    writer.start()
    let array = try FileArray(reading: path)
    #expect(array.converted(to: Float.self) == (0..<12).map { Float($0) / 3 - 1 })
  }
}
