import ContrastiveFiles
import TestSupport

extension TemporaryDirectory {
  /// What a text holds that is written to a file.
  ///
  /// - Parameter name: The file's, and perhaps which of its arrays, as `FileArray` takes it.
  func read(_ text: String, _ name: String = "x.csv") throws -> FileArray {
    _ = try write(Array(text.utf8), to: String(name.prefix { $0 != ":" }))
    return try FileArray(reading: self(name))
  }
}
