import Contrastive

extension ContrastiveError: ReportedError {}

extension ArrayFileError: ReportedError {
  var status: ExitStatus { isMissingFile ? .missingFile : .badData }
}
