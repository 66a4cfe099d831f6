import ContrastiveFiles
import Foundation
import TestSupport
import Testing

/// Small files that inflate to more than anybody wants.
@Suite("What is compressed inflates")
struct ExpectedSizeTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// A gzip file of some bytes and then as many megabytes of one text, in members of their own.
  private func bomb(_ head: [UInt8], megabytes: Int, of text: String, to name: String) throws
    -> String
  {
    var member = try directory.write(
      Array(String(repeating: text, count: (1 << 20) / text.utf8.count).utf8), to: "member")
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "gzip -9 < '\(member)' > '\(member).gz'"]
    try process.run()
    process.waitUntilExit()
    member += ".gz"
    let compressed = try contents(of: member)
    return try directory.write(
      (head.isEmpty ? [] : MalformedFiles.gzip(head))
        + Array(repeatElement(compressed, count: megabytes).joined()), to: name)
  }

  private func error(_ path: String) throws -> String {
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
    return try #require(error).description
  }

  @Test(
    "to what its header says and no further", arguments: ["npy", "safetensors", "fbin", "ibin"])
  func declared(suffix: String) throws {
    let path = directory("x.\(suffix)")
    switch suffix {
    case "npy": try NumPyFile.write([1, 2, 3, 4].span, shape: [2, 2], to: path)
    case "safetensors":
      try SafetensorsFile.write(["x": WritableArray([Float(1), 2], shape: [2])], to: path)
    default:
      _ = try directory.write(
        [1, 0, 0, 0, 2, 0, 0, 0] + [UInt8](repeating: 0, count: 8), to: "x.\(suffix)")
    }
    let bytes = try contents(of: path)
    let good = try directory.write(MalformedFiles.gzip(bytes), to: "good.\(suffix).gz")
    #expect(try FileArray(reading: good).count > 0)
    let line = try error(bomb(bytes, megabytes: 4, of: "0", to: "x.\(suffix).gz"))
    #expect(
      line.hasSuffix(
        "it inflates to more than the \(bytes.count) bytes that its header says; copy or save the file again"
      ),
      "\(line)")
  }

  @Test("as text to 64 times its size, or 256 MiB")
  func text() throws {
    let small = try bomb([], megabytes: 3, of: "0,1\n", to: "x.csv.gz")
    #expect(try FileArray(reading: small).shape == [3 << 18, 2])
    let line = try error(bomb([], megabytes: 257, of: "0 1\n", to: "x.txt.gz"))
    #expect(line.contains("it inflates to more than 268435456 bytes, 64 times its size"), "\(line)")
    #expect(line.contains("decompress it first"))
  }
}
