import Contrastive
import Foundation

/// The times and the memory of a step, and the rate of a matrix product meanwhile.
struct Measurement {
  /// Of each call, in milliseconds, with the diagnostics that were asked for.
  private(set) var times: [Double] = []

  /// Of calls without diagnostics in between, where both were asked for.
  private(set) var timesWithoutDiagnostics: [Double] = []

  /// GFLOP/s of a 2048³ sgemm, the best of `roundCount`; nil if Ctrl-C came before the first.
  private(set) var ceiling: Double?

  /// Of each round, the median time of its calls in milliseconds, and the rate of its own sgemm.
  private(set) var rounds: [(time: Double, ceiling: Double)] = []

  /// The most that was resident during a step beyond what is resident between steps (the program,
  /// its threads' buffers, the inputs), in MiB; nil where the system does not tell.
  ///
  /// The gradients that the step returns are in it. Measured so, other libraries' steps are counted
  /// alike: what is resident before is looked at with all results freed.
  let peakMemoryWithGradients: Double?

  /// The size of the gradients that a step returns, in MiB.
  let gradientMemory: Double

  let loss: Double

  /// What ranks measure together; nil for a process by itself.
  private(set) var ranks: RankMeasurement?

  /// Whether all calls were made, and Ctrl-C did not end it before.
  private(set) var isWhole = false

  /// What a step needs beyond its inputs and the gradients it returns, in MiB.
  ///
  /// The engine allocates and clears what it returns before anything else, so that all of it is
  /// resident at the peak and may be subtracted.
  var peakMemory: Double? { peakMemoryWithGradients.map { max(0, $0 - gradientMemory) } }
}

extension Measurement {
  /// What is timed.
  struct Plan {
    var diagnostics: DiagnosticsChoice
    var threads: Int

    /// Calls of each kind; nil for at least 7, and for half a second.
    var repeats: Int?

    /// The ranks whose calls these are; nil for a process by itself.
    var group: TimedGroup?
  }

  static let roundCount = 5
  private static let minimumCalls = 7
  private static let minimumTime = 500.0
  private static let warmUpTime = 200.0

  /// Measures a step: memory first, then times, in rounds that a matrix product begins.
  ///
  /// After two calls that are not timed, memory is what three further ones need at most. A round
  /// then waits for OpenBLAS's threads, which keep looking for work for a tenth of a second after a
  /// product, and makes calls untimed for as long: the first finds the product's matrices in the
  /// caches, and the next idle cores, which on two threads cost up to a fifth of a call of 70 ms.
  init(_ step: WorkloadStep, plan: Plan, progress: () -> Void) throws {
    let level = plan.diagnostics.level
    (loss, gradientMemory) = try Self.answer(of: step, level)
    let peak = try Self.peakMemory(of: step, level)
    ranks = plan.group.map { RankMeasurement($0) }
    peakMemoryWithGradients = try ranks.map { try $0.largest(peak) } ?? peak

    let gemm = GEMMCeiling(threads: plan.threads)
    let calls = plan.repeats ?? Self.minimumCalls
    let time = plan.repeats == nil ? Self.minimumTime : 0
    for round in 1...Self.roundCount where !Ranks.isInterrupted {
      progress()
      let own = gemm.measure()
      let roundCeiling = try ranks?.sum(own) ?? own
      ceiling = max(ceiling ?? 0, roundCeiling)
      let earlier = times.count
      let share = Double(round) / Double(Self.roundCount)
      func isComplete() -> Bool {
        Double(times.count) >= (share * Double(calls)).rounded(.up)
          && times.reduce(0, +) >= share * time
      }
      if isComplete() { continue }
      Thread.sleep(forTimeInterval: 0.1)
      var untimed = 0.0
      repeat { untimed += try timed(step, level) } while untimed < Self.warmUpTime
      repeat {
        // Taking turns at being first, as the caches are the other call's.
        if plan.diagnostics == .both, times.count.isMultiple(of: 2) {
          timesWithoutDiagnostics.append(try timed(step, .none))
        }
        times.append(try timed(step, level))
        if plan.diagnostics == .both, timesWithoutDiagnostics.count < times.count {
          timesWithoutDiagnostics.append(try timed(step, .none))
        }
      } while !isComplete() && !Ranks.isInterrupted
      if let round = Times(Array(times[earlier...])) {
        rounds.append((round.median, roundCeiling))
      }
    }
    isWhole = times.count >= calls && times.reduce(0, +) >= time
  }

  // A function of its own, so that the result is gone when memory is looked at.
  private static func answer(
    of step: WorkloadStep, _ level: DiagnosticsLevel
  ) throws -> (loss: Double, gradientMemory: Double) {
    let result = try step(level)
    return (result.loss, Double(result.gradientByteCount) / 1_048_576)
  }

  private static func peakMemory(
    of step: WorkloadStep, _ level: DiagnosticsLevel
  ) throws -> Double? {
    _ = try step(level)
    Workspace.shared.removeAll()
    let base = ResidentMemory.settle()
    for _ in 0..<3 { _ = try step(level) }
    guard let base, let peak = ResidentMemory.peak else { return nil }
    return max(0, peak - base)
  }

  /// The time of a call: of ranks, the slowest's.
  private mutating func timed(_ step: WorkloadStep, _ level: DiagnosticsLevel) throws -> Double {
    try ranks?.time { try Self.time(step, level) } ?? Self.time(step, level)
  }

  /// The time until the result is there; freeing it is not counted.
  private static func time(_ step: WorkloadStep, _ level: DiagnosticsLevel) throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try step(level)
    let end = clock.now
    return withExtendedLifetime(result) { (end - start) / .milliseconds(1) }
  }
}
