import ArgumentParser

/// Why a command ends without a report.
struct CommandFailure: ReportedError, Hashable {
  let status: ExitStatus

  /// Which file or option is meant, what is wrong with it, and what would do.
  let description: String

  init(_ description: String, status: ExitStatus = .badData) {
    self.description = description
    self.status = status
  }

  /// Creates a failure from any error, to give it a status or to say where it belongs.
  ///
  /// - Parameter place: The file or option that is meant, put before the error's own text.
  init(
    _ error: any Error & CustomStringConvertible, at place: String? = nil,
    status: ExitStatus = .badData
  ) {
    self.init((place.map { "\($0): " } ?? "") + error.description, status: status)
  }

  /// Creates the failure to report for an error, or nil if ArgumentParser is to deal with it.
  ///
  /// An error that is not meant for reporting is shown as it is, with `ExitStatus.software`.
  init?(reporting error: any Error) {
    switch error {
    case let error as any ReportedError: self.init(error, status: error.status)
    case is ExitCode, is CleanExit, is ValidationError: return nil
    default: self.init("\(error)", status: .software)
    }
  }
}
