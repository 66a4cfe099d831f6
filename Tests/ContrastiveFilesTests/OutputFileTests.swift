import ContrastiveFiles
import Foundation
import TestSupport
import Testing

@Suite("Failing writes")
struct OutputFileTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("leave nothing behind", arguments: [0, 3, 5, 100_000])
  func wrongCount(_ count: Int) throws {
    // 100 000 elements are past the buffer: bytes were on the disk already.
    let elements = [Float](repeating: 1, count: count)
    let error = #expect(throws: ArrayFileError.self) {
      try NumPyFile.write(elements.span, shape: [2, 2], to: directory("x.npy"))
    }
    #expect(try #require(error).description.contains("x.npy: cannot be written: its shape"))
    #expect(throws: ArrayFileError.self) {
      try SafetensorsFile.write(
        [
          "a": WritableArray(elements, shape: [count]),
          "b": WritableArray(elements, shape: [2, 2]),
        ], to: directory("x.safetensors"))
    }
    #expect(try directory.contents == [])
  }

  @Test("keep the file that was there, and pass the error on")
  func keepsOld() throws {
    let path = directory("x.npy")
    try NumPyFile.write([1, 2].span as Span<Float>, shape: [2], to: path)
    let failure = ArrayFileError.notFound(path: "source")
    let rows = [Float](repeating: 3, count: 40_000)
    #expect(throws: failure) {
      try NumPyFile.write(Float.self, shape: [80_000], to: path) {
        output throws(ArrayFileError) in
        try output.append(rows.span)
        throw failure
      }
    }
    #expect(try directory.contents == ["x.npy"])
    #expect(try NumPyFile.read(path).converted(to: Float.self) == [1, 2])
  }

  @Test("say what is in the way")
  func obstacles() throws {
    try FileManager.default.createSymbolicLink(
      atPath: directory("link.npy"), withDestinationPath: directory("x.npy"))
    let one: [Float] = [1]
    for (path, text) in [
      (directory.path, "a directory"), (directory("missing/x.npy"), "No such file"),
      ("/dev/null", "a device"), (directory("link.npy"), "a symbolic link"), ("", "cannot"),
      (directory("a\0b.npy"), "NUL"), (directory("a\nb/x.npy"), #"a\nb/x.npy: cannot"#),
    ] {
      let error = #expect(throws: ArrayFileError.self) {
        try NumPyFile.write(one.span, shape: [1], to: path)
      }
      #expect(try #require(error).description.contains(text), "\(path)")
      #expect(error?.isMissingFile == false)
    }
    #expect(try directory.contents == ["link.npy"])
  }

  @Test("come before any file if the shape is impossible", arguments: [[-1], [.max, 2], [0, -1]])
  func shapes(_ shape: [Int]) throws {
    let error = #expect(throws: ArrayFileError.self) {
      try NumPyFile.write(Float.self, shape: shape, to: directory("x.npy")) { _ in }
    }
    #expect(try #require(error).description.contains("x.npy: shape ("))
    #expect(try directory.contents == [])
  }
}
