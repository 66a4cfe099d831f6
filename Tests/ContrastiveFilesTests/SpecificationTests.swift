import ContrastiveFiles
import Foundation
import TestSupport
import Testing

@Suite("Specifications of arrays")
struct SpecificationTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("name files and tensors")
  func forms() throws {
    #expect(try FileArray(reading: fixture("float32.npy")).shape == [2, 3])
    let weight = try FileArray(reading: fixture("one.safetensors"))
    #expect(weight.source.hasSuffix("one.safetensors:weight"))
    #expect(try FileArray(reading: fixture("all.safetensors:empty")).shape == [0, 4])
    #expect(try FileArray(reading: fixture("all.safetensors") + ":naïve \"κ\"\n").shape == [3])
    let odd = directory("x.safetensors")
    try SafetensorsFile.write(["a:b.npy": WritableArray([1.0], shape: [1])], to: odd)
    #expect(try FileArray(reading: odd + ":a:b.npy").converted(to: Double.self) == [1])
  }

  @Test("must choose one tensor")
  func ambiguous() throws {
    var error = #expect(throws: ArrayFileError.self) {
      try FileArray(reading: fixture("all.safetensors"))
    }
    #expect(try #require(error).description.contains(":tensor; it holds uint64, "))
    error = #expect(throws: ArrayFileError.self) {
      try FileArray(reading: fixture("none.safetensors"))
    }
    #expect(try #require(error).description.hasSuffix("holds no tensors"))
    error = #expect(throws: ArrayFileError.self) {
      try FileArray(reading: fixture("one.safetensors") + ":")
    }
    #expect(try #require(error).description.hasSuffix("no tensor ''; it holds weight"))
  }

  @Test("choose a file whose name holds a colon, if there is one")
  func colons() throws {
    let path = try directory.write(contents(of: fixture("rank1.npy")), to: "a:b.npy")
    #expect(try FileArray(reading: path).shape == [3])
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path + ":x") }
    #expect(try #require(error).description.hasSuffix("which has no name; leave out ':x'"))
  }

  @Test("are nothing if they are empty")
  func empty() throws {
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: "") }
    #expect(try #require(error).description.contains("empty"))
  }

  @Test(
    "of no file are told apart",
    arguments: [
      "x.npy", "x.safetensors", "x.safetensors:a", "no/x.npy", "x", "x.npz", "x.npz:a", "x:a",
    ])
  func missing(_ name: String) throws {
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: directory(name)) }
    #expect(try #require(error).isMissingFile)
    #expect(try #require(error).description.hasSuffix(": no such file"))
  }

  @Test("of what is no file and no pipe are refused, without waiting")
  func irregular() throws {
    try FileManager.default.createDirectory(
      atPath: directory("folder.npy"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: directory("device.npy"), withDestinationPath: "/dev/zero")
    try FileManager.default.createSymbolicLink(
      atPath: directory("loop.npy"), withDestinationPath: directory("loop.npy"))
    for (name, text) in [
      ("folder.npy", "found a directory"),
      ("device.npy", "found a device"), ("loop.npy", "cannot be read: "), ("a\0.npy", "NUL"),
    ] {
      let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: directory(name)) }
      #expect(try #require(error).description.contains(text))
      #expect(error?.isMissingFile == false)
    }
  }

  @Test("of files without permission are refused", .enabled(if: geteuid() != 0))
  func permission() throws {
    let path = try directory.write([], to: "x.npy")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
    #expect(try #require(error).description.contains("x.npy: cannot be read: "))
  }

  @Test("with line feeds and escapes make one line")
  func controlCharacters() throws {
    let path = try directory.write([], to: "a\nb\u{1B}[31m\u{2028}\u{202E}\r.npy")
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
    let line = try #require(error).description
    #expect(line.contains(#"a\nb\u{1B}[31m\u{2028}\u{202E}\r.npy: malformed header"#))
    #expect(line.split(whereSeparator: \.isNewline).count == 1)
  }
}
