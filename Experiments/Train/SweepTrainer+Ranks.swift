import Contrastive
import ContrastiveDistributed
import Foundation

extension SweepTrainer {
  /// The runs that a rank takes: dealt one by one, as those of a temperature take equally long.
  static func part(of runs: [SweepRun], for group: any RankGroup) -> [SweepRun] {
    runs.indices.filter { $0 % group.count == group.rank }.map { runs[$0] }
  }

  /// What became of all ranks' runs, the same on every rank.
  ///
  /// - Parameter runs: All of them, in the order that all ranks have them in.
  static func gathered(
    _ outcomes: [SweepRun: SweepOutcome], of runs: [SweepRun], across group: any RankGroup
  ) throws -> [SweepRun: SweepOutcome] {
    let own = runs.indices.compactMap { index in
      outcomes[runs[index]].map { Entry(run: index, outcome: $0) }
    }
    // Trainings exchange nothing: how long another's take says nothing of it. A rank that died is its launcher's to notice.
    try group.barrier(within: .seconds(365 * 86_400))
    let bytes = try JSONEncoder().encode(own).map { Double($0) }
    let counts = try group.allGather([Double(bytes.count)]).flatMap(\.self).map { Int($0) }
    var all: [SweepRun: SweepOutcome] = [:]
    for bytes in try group.allGather(bytes, counts: counts) {
      for entry in try JSONDecoder().decode([Entry].self, from: Data(bytes.map { UInt8($0) })) {
        all[runs[entry.run]] = entry.outcome
      }
    }
    return all
  }

  private struct Entry: Codable {
    let run: Int
    let outcome: SweepOutcome
  }
}
