import ContrastiveFiles
import Foundation
import Synchronization
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

  /// The error of reading a pipe that brings some bytes again and again and never ends.
  ///
  /// - Returns: Its line, and how many bytes the reader let come.
  private func error(
    beginning head: [UInt8], then rest: [UInt8], named name: String
  ) throws -> (line: String, byteCount: Int) {
    let path = directory(name)
    try #require(unsafe mkfifo(path, 0o600) == 0)
    let written = ByteCount()
    let done = DispatchSemaphore(value: 0)
    let writer = Thread {
      defer { done.signal() }
      // To a pipe that nobody reads any more writing is an error and, blocked in this thread, no signal.
      var signals = sigset_t()
      _ = unsafe sigemptyset(&signals)
      _ = unsafe sigaddset(&signals, SIGPIPE)
      _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
      guard let pipe = try? FileHandle(forWritingTo: URL(fileURLWithPath: path)) else { return }
      var bytes = head + rest
      while (try? pipe.write(contentsOf: Data(bytes))) != nil {
        written.count.withLock { $0 += bytes.count }
        bytes = rest
      }
    }
    writer.start()
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
    done.wait()
    return (try #require(error).description, written.count.withLock { $0 })
  }

  @Test(
    "are not read further than their header says, nor if they are nothing that is read",
    arguments: ["x.npy", "x.fbin", "noise", "bad.npy"])
  func endlessPipe(_ name: String) throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 16)
    var head: [UInt8] = []
    switch name {
    case "x.npy":
      let path = directory("good")
      try NumPyFile.write([1.0, 2, 3, 4].span, shape: [2, 2], to: path)
      head = try contents(of: path)
    case "x.fbin": head = [2, 0, 0, 0, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
    case "bad.npy": head = [0x93] + Array("NUMPY".utf8) + [9, 0, 0, 0]
    default: break
    }
    let (line, count) = try error(beginning: head, then: zeros, named: name)
    switch name {
    case "x.npy", "x.fbin":
      #expect(line.contains("it brings more than the \(head.count) bytes that its header says"))
    case "noise": #expect(line.contains("a binary file without a header that is known"))
    default: #expect(line.contains("version 9.0 is unknown"))
    }
    // A few chunks of 256 KiB, and what the system holds of a pipe.
    #expect(count < 1 << 22, "\(line)")
  }
}

/// How much a thread has written.
private final class ByteCount: Sendable {
  let count = Mutex(0)
}
