import ContrastiveFiles
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Files that are watched")
struct FileAccessTests {
  private final class Watch: Sendable {
    let files = Mutex<[OpenedFile]>([])

    func access(copyingUpTo limit: Int) -> FileAccess {
      FileAccess(copyingUpTo: limit) { file in self.files.withLock { $0.append(file) } }
    }

    var unchanged: [Bool] { files.withLock { $0.map(\.isUnchanged) } }
    var isMapped: [Bool] { files.withLock { $0.map { $0.addresses != nil } } }
  }

  private func append(_ byte: UInt8, to path: String) throws {
    // A file system's clock ticks every few milliseconds.
    Thread.sleep(forTimeInterval: 0.05)
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.seekToEnd()
    try file.write(contentsOf: [byte])
  }

  @Test("are copied up to a size, and mapped beyond", arguments: [151, 152])
  func size(limit: Int) throws {
    let path = try fixture("float32.npy")
    #expect(try contents(of: path).count == 152)
    let watch = Watch()
    let array = try FileArray(reading: path, by: watch.access(copyingUpTo: limit))
    #expect(try array.converted(to: Float.self) == NumPyFile.read(path).converted(to: Float.self))
    #expect(watch.isMapped == [limit == 151])
    #expect(watch.unchanged == [true])
  }

  @Test("tell when they are written to, and not when they are replaced", arguments: [0, 1 << 20])
  func changes(limit: Int) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(contents(of: fixture("float32.npy")), to: "x.npy")
    let elements = try NumPyFile.read(path).converted(to: Float.self)
    let watch = Watch()
    let array = try FileArray(reading: path, by: watch.access(copyingUpTo: limit))
    try FileManager.default.moveItem(atPath: path, toPath: directory("moved.npy"))
    _ = try directory.write([1, 2, 3], to: "x.npy")
    #expect(watch.unchanged == [true])
    #expect(array.converted(to: Float.self) == elements)
    try append(0, to: directory("moved.npy"))
    #expect(watch.unchanged == [false])
  }

  @Test("are all those of an index, of labels, and what is compressed")
  func several() throws {
    let directory = try TemporaryDirectory()
    for name in ["model-00001-of-00002", "model-00002-of-00002"] {
      _ = try directory.write(
        contents(of: fixture("formats/\(name).safetensors")), to: "\(name).safetensors")
    }
    let index = "model.safetensors.index.json"
    let path = try directory.write(contents(of: fixture("formats/\(index)")), to: index)
    let watch = Watch()
    _ = try FileArray(reading: "\(path):rows", by: watch.access(copyingUpTo: 0))
    #expect(watch.isMapped == [true, true])
    let labels = try fixture("formats/labels.txt")
    _ = try FileLabels(reading: [labels, labels], by: watch.access(copyingUpTo: 0))
    _ = try FileArray(
      reading: fixture("formats/rows.npy.gz"), by: watch.access(copyingUpTo: 1 << 20))
    #expect(watch.isMapped == [true, true, true, true, false])
  }

  @Test("have no bytes, or are a pipe's, which nobody can write over")
  func none() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write([], to: "x.npy")
    let watch = Watch()
    for limit in [0, 100] {
      #expect(throws: ArrayFileError.self) {
        try FileArray(reading: path, by: watch.access(copyingUpTo: limit))
      }
    }
    #expect(watch.unchanged == [true, true])
  }
}
