import Contrastive
import ContrastiveLosses

extension ComputeOptions {
  /// Every strategy and one to three threads at a tile shape, with the shifts and the instruction
  /// sets taking turns; another `turn` gives each combination another one.
  static func variants(
    tileRows: Int?, tileColumns: Int?, turn: Int = 0
  ) -> [ComputeOptions] {
    Strategy.allCases.enumerated().flatMap { s, strategy in
      (1...3).map { threads in
        ComputeOptions(
          tileRows: tileRows, tileColumns: tileColumns, strategy: strategy,
          alwaysTakesMaxima: (s + threads + turn) % 2 == 1, threads: threads,
          isa: InstructionSet.available[(s + threads + turn) % InstructionSet.available.count])
      }
    }
  }

  /// Every strategy at tiles of one element, at two ragged shapes, and at the default, threads and
  /// instruction sets taking turns.
  static let referenceVariants: [ComputeOptions] =
    [(1, 1), (2, 3), (5, 7), (nil, nil)].enumerated().flatMap { turn, tile in
      Strategy.allCases.indices.map { s in
        variants(tileRows: tile.0, tileColumns: tile.1, turn: turn)[3 * s + (s + turn) % 3]
      }
    }
}
