extension Reproduction {
  /// Trains at every setting with every seed from 0 on, as many at a time as there are cores.
  ///
  /// - Parameters:
  ///   - settings: What the runs differ by besides their seeds.
  ///   - seeds: How many runs there are of each.
  ///   - epochs: How many steps a run counts by its tally.
  ///   - run: Trains once, on one thread.
  /// - Returns: For each setting the results of its seeds.
  /// - Throws: The first error of a run; `CommandFailure` of status `interrupted` after Ctrl-C.
  static func train<Setting: Sendable, Result: Sendable>(
    at settings: [Setting], seeds: Int, epochs: Int, progress: ProgressLine,
    _ run: @Sendable (Setting, _ seed: UInt64, Tally) throws -> Result
  ) throws -> [[Result]] {
    let runs = settings.indices.flatMap { setting in (0..<seeds).map { (setting, UInt64($0)) } }
    let tally = Tally(name, of: runs.count * epochs, "epochs", progress: progress)
    let results = try runs.mapInParallel { setting, seed in
      try run(settings[setting], seed, tally)
    }
    return settings.indices.map { Array(results[$0 * seeds..<($0 + 1) * seeds]) }
  }
}
