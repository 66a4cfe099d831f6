import Contrastive
import ContrastiveDistributed
import ContrastiveKernels
import ContrastiveTraining
import Foundation
import Synchronization

/// The trainings of a sweep: one per processor at a time, and where there is a folder, whatever is done in it already
/// is not done again.
struct SweepTrainer: Sendable {
  let adapter: AdapterOptions
  let data: AdapterData
  var folder: SweepFolder?

  /// Trainings at a time; all processors if it is nil.
  var threads: Int?

  /// The ranks that share the runs; nil for a process by itself.
  var group: (any RankGroup)?

  /// Whether results hold every test row's rank.
  var keepsRanks = false

  /// A run that has not begun.
  func training(_ run: SweepRun) throws -> AdapterTraining {
    var adapter = adapter
    if let epochs = run.epochs { adapter.course.epochs = epochs }
    return try AdapterTraining(
      adapter, data: data, temperature: .scheduled(.constant(Temperature(run.temperature))),
      seed: run.seed, options: ComputeOptions(threads: 1))
  }

  /// Trains what is not done yet, until all is or somebody wants it to end.
  ///
  /// - Parameter runs: Of as many epochs each.
  func outcomes(
    of runs: [SweepRun], task: String = "sweep", progress: ProgressLine
  ) throws -> [SweepRun: SweepOutcome] {
    var known: [SweepRun: SweepOutcome] = [:]
    for run in runs { known[run] = try folder?.outcome(of: run) }
    let allMissing = runs.filter { known[$0] == nil }
    // All have to see the same before one finishes a run.
    try group?.barrier()
    let missing = group.map { Self.part(of: allMissing, for: $0) } ?? allMissing
    if let folder, Ranks.isFirst {
      Self.announce(runs.filter { known[$0] != nil }, allMissing, in: folder)
    }
    let state = Mutex((outcomes: known, failure: (any Error)?.none))
    let stepCount = try missing.first.map { try training($0).totalStepCount } ?? 0
    let done = Atomic(0)
    let resumed = Atomic(0)
    progress.update(task, 0, of: missing.count * stepCount, "steps")
    // A core for each: no run waits for another, as threads that share a step's work do.
    Workers.forEach(missing.count, threads: threads ?? Workers.available) { _, index in
      guard !Interruption.isRequested, state.withLock({ $0.failure == nil }) else { return }
      do {
        let run = missing[index]
        let outcome: SweepOutcome
        var training = try training(run)
        if let folder, folder.hasCheckpoint(of: run) {
          try training.resume(from: folder.checkpoint(of: run))
        }
        resumed.add(training.stepCount, ordering: .relaxed)
        do {
          var lastSaved: ContinuousClock.Instant?
          while !training.isDone, !Interruption.isRequested {
            let endsEpoch = try training.step()
            progress.update(
              task, done.add(1, ordering: .relaxed).newValue,
              of: missing.count * stepCount - resumed.load(ordering: .relaxed), "steps")
            // Each waits for the disk, and all that one spares is the time since the last.
            if endsEpoch, !training.isDone, let folder,
              lastSaved.map({ .now - $0 > .seconds(1) }) ?? true
            {
              try training.save(to: folder.checkpoint(of: run))
              lastSaved = .now
            }
          }
          guard training.isDone else {
            if let folder { try training.save(to: folder.checkpoint(of: run)) }
            return
          }
          let ranks = try training.ranks()
          outcome = .finished(
            SweepResult(
              metrics: RetrievalMetrics(ranks), loss: training.meanLoss ?? .nan,
              lastLoss: training.lastLoss ?? .nan, seconds: training.seconds,
              ranks: keepsRanks ? ranks.ranks : nil))
        } catch let divergence as Divergence {
          outcome = .diverged(divergence)
        }
        try folder?.finish(run, outcome)
        state.withLock { $0.outcomes[run] = outcome }
      } catch {
        state.withLock { $0.failure = $0.failure ?? error }
      }
    }
    let outcomes = try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.outcomes
    }
    return try group.map { try Self.gathered(outcomes, of: runs, across: $0) } ?? outcomes
  }

  /// Says what an earlier sweep in the folder spares, if it does.
  private static func announce(
    _ finished: [SweepRun], _ missing: [SweepRun], in folder: SweepFolder
  ) {
    func list(_ runs: [SweepRun]) -> String {
      let dates = runs.compactMap(folder.date).sorted().map { $0.formatted(.iso8601) }
      let names = runs.prefix(8).map(\.name) + (runs.count > 8 ? ["…"] : [])
      return names.joined(separator: ", ")
        + " (\(Set([dates.first, dates.last].compactMap(\.self)).sorted().joined(separator: " to ")))"
    }
    let begun = missing.filter(folder.hasCheckpoint)
    let total = finished.count + missing.count
    if !finished.isEmpty {
      StandardError.writeLine(
        "note", "\(finished.count) of \(total.words("run")) are taken over: \(list(finished))")
    }
    if !begun.isEmpty {
      StandardError.writeLine(
        "note", "\(begun.count) of \(total.words("run")) go on where they were: \(list(begun))")
    }
  }
}
