import Contrastive
import ContrastiveDistributed

extension AdapterTraining {
  /// - Throws: `CommandFailure`, the same on every rank, if ranks have found other checkpoints, or some none.
  func requireOneStep(of checkpoint: String) throws {
    guard let group else { return }
    let steps = try group.allGather([Double(stepCount)]).map { Int($0[0]) }
    guard let rank = steps.firstIndex(where: { $0 != steps[0] }) else { return }
    throw CommandFailure(
      "--checkpoint \(checkpoint): after \(steps[0].words("step")) on rank 0, and \(steps[rank]) on rank "
        + "\(rank); give a file that all ranks see")
  }
}
