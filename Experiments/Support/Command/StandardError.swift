import Foundation

/// Lines for whoever runs the program, apart from its results.
enum StandardError {
  /// Whether somebody is watching.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes one line: `<kind>: <message>`, with the line ends of the message folded.
  static func writeLine(_ kind: String, _ message: String) {
    write("\(kind): \(message.folded)\n")
  }

  /// Writes text as it is. Where standard error itself fails there is no one left to tell.
  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
