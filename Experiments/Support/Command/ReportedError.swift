/// An error that a command reports on one line of standard error, with the status to end with.
///
/// The libraries' errors take part by one line each, and commands let them through:
/// ```swift
/// extension ContrastiveError: ReportedError {}
/// extension ArrayFileError: ReportedError {
///   var status: ExitStatus { isMissingFile ? .missingFile : .badData }
/// }
/// ```
protocol ReportedError: Error, CustomStringConvertible {
  var status: ExitStatus { get }
}

extension ReportedError {
  var status: ExitStatus { .badData }
}
