import Foundation

/// Where standard output is read.
enum Terminal {
  /// How many columns a line may take: what `COLUMNS` says, or else a terminal's own number, or else 80, which pagers,
  /// logs and mail have room for. Lines of any length are in files.
  static var columnCount: Int {
    if let text = ProcessInfo.processInfo.environment["COLUMNS"], let count = Int(text), count > 0 {
      return count
    }
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1,
      unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0
    else { return 80 }
    return Int(size.ws_col)
  }
}
