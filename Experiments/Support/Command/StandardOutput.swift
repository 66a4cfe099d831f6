import Foundation

/// Where results and helps are printed.
enum StandardOutput {
  /// Writes text as it is.
  ///
  /// - Throws: `CommandFailure` if it cannot be written, for example because the disk is full.
  static func write(_ text: String) throws(CommandFailure) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw CommandFailure(
        "standard output: cannot be written: \(error.systemReason)", status: .inputOutput)
    }
  }
}
