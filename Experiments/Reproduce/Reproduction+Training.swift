extension Reproduction {
  /// Trains at every setting with every seed from 0 on, as many at a time as there are cores.
  ///
  /// - Parameters:
  ///   - settings: What the runs differ by besides their seeds.
  ///   - seeds: How many runs there are of each.
  ///   - epochs: How many steps a run counts by its tally.
  ///   - run: Trains once, on one thread.
  /// - Returns: For each setting the results of its seeds; after Ctrl-C of the first ones, as many as
  ///   are complete at every setting.
  /// - Throws: The first error of a run; `CommandFailure` of status `interrupted` after Ctrl-C, if
  ///   there is no such seed.
  static func train<Setting: Sendable, Result: Sendable>(
    at settings: [Setting], seeds: Int, epochs: Int, progress: ProgressLine,
    _ run: @Sendable (Setting, _ seed: UInt64, Tally) throws -> Result
  ) throws -> [[Result]] {
    let runs = (0..<UInt64(seeds)).flatMap { seed in settings.indices.map { ($0, seed) } }
    let tally = Tally(name, of: runs.count * epochs, "epochs", progress: progress)
    let results: [Result?] = try runs.mapInParallel { setting, seed in
      guard !Interruption.isRequested else { return nil }
      do {
        return try run(settings[setting], seed, tally)
      } catch let failure as CommandFailure where failure.status == .interrupted {
        return nil
      }
    }
    let complete = completeSeeds(among: results, settingCount: settings.count)
    if let complete = complete.first?.count, complete < seeds {
      let done = "after \(results.count { $0 != nil }) of \(runs.count.words("run"))"
      guard complete > 0 else {
        throw CommandFailure(
          "\(done), before one seed was through at every setting; there are no results of them",
          status: .interrupted)
      }
      Interruption.note("\(done); the results are of \(complete) of \(seeds.words("seed"))")
    }
    return complete
  }

  /// The results of the first seeds, as many as are through at every setting.
  ///
  /// - Parameter results: Those of the first seed at every setting, then of the next.
  static func completeSeeds<Result>(
    among results: [Result?], settingCount: Int
  ) -> [[Result]] {
    let seedCount = results.prefix { $0 != nil }.count / max(1, settingCount)
    return (0..<settingCount).map { setting in
      (0..<seedCount).compactMap { results[$0 * settingCount + setting] }
    }
  }
}
