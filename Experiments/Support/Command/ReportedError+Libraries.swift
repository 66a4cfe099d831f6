import Contrastive

extension ContrastiveError: ReportedError {}

extension ArrayFileError: ReportedError {
  var status: ExitStatus {
    switch self {
    case .notFound: .missingFile
    case .unwritable: .cannotCreate
    default: .badData
    }
  }
}
