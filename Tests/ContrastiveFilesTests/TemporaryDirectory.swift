import Foundation
import Testing

/// A directory that is gone when the test is.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "ContrastiveFilesTests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The names in the directory, hidden ones included.
  var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  /// The path of a name in the directory.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, and returns its path.
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let path = self(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}

/// The bytes of a file.
func contents(of path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// The path of a fixture.
func fixture(_ name: String) throws -> String {
  let fixtures = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
  return fixtures.appendingPathComponent(name).path
}
