import Foundation

/// The three streams that a process begins with.
enum StandardStreams {
  /// Takes the place of those that were closed by who started the process.
  ///
  /// Otherwise the next file that is opened would have that place: results would be printed into it, or an input be read
  /// from what is none. What is there now cannot be written, and ends at once.
  static func hold() {
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) == -1 {
      _ = unsafe open("/dev/null", O_RDONLY)
    }
  }
}
