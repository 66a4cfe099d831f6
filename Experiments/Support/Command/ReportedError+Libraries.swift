import Contrastive
import ContrastiveCheckpoints

extension ContrastiveError: ReportedError {}

extension ArrayFileError: ReportedError {
  var status: ExitStatus {
    switch self {
    case .notFound: .missingFile
    case .outOfMemory: .outOfMemory
    case .unwritable: .cannotCreate
    default: .badData
    }
  }
}

extension CheckpointError: ReportedError {
  var status: ExitStatus {
    if case .file(let error) = problem { error.status } else { .badData }
  }
}
