/// The statuses with which the program ends, as in BSD's `sysexits.h`; 0 is success.
///
/// Usage errors are ArgumentParser's own and end with 64.
enum ExitStatus: Int32, Hashable, Sendable {
  /// All went well, and what was measured is not what a source claims; as `diff` ends.
  case differs = 1

  /// A file or an option holds data that do not fit.
  case badData = 65

  /// A file that was named does not exist or cannot be read.
  case missingFile = 66

  /// An error that no command expects.
  case software = 70

  /// There is not enough memory.
  case outOfMemory = 71

  /// A file or folder cannot be made.
  case cannotCreate = 73

  /// Reading or writing failed on the way, for example because the disk is full or somebody writes to an input.
  case inputOutput = 74

  /// Ctrl-C, as a shell reports it: 128 + SIGINT.
  case interrupted = 130
}
