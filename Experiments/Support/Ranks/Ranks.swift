import Contrastive
import ContrastiveDistributed
import Foundation
import Synchronization

/// The processes that `mpirun` has started for a command, of which this is one.
///
/// The first prints and writes for all of them.
enum Ranks {
  private static let joined = Mutex<(any RankGroup)?>(nil)

  /// How many there are, by what Open MPI's or MPICH's launcher has told; nil without one.
  ///
  /// Read once: taking the environment apart costs tens of microseconds, and a benchmark asks between its calls.
  static let launchedCount: Int? = {
    let environment = ProcessInfo.processInfo.environment
    return ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].lazy.compactMap { environment[$0] }
      .compactMap { Int($0) }.first
  }()

  /// How many seconds a rank may be silent: `CONTRASTIVE_RANK_LIMIT`, or five minutes.
  private static var silenceLimit: Double {
    get throws(CommandFailure) {
      let name = "CONTRASTIVE_RANK_LIMIT"
      guard let text = ProcessInfo.processInfo.environment[name] else { return 300 }
      guard let seconds = Double(text), seconds > 0, seconds < 1e9 else {
        throw CommandFailure("\(name)=\(text): expected a number of seconds above 0")
      }
      return seconds
    }
  }

  /// Whether this process prints and writes: the only one, or the first.
  static var isFirst: Bool { joined.withLock { $0?.rank ?? 0 } == 0 }

  /// Whether Ctrl-C is to end this process with what is done. Ranks are ended by their launcher, and not one by one
  /// between exchanges.
  static var isInterrupted: Bool { launchedCount == nil && Interruption.isRequested }

  /// Joins the others; nil for a process by itself.
  ///
  /// - Throws: `CommandFailure` for ranks without MPI.
  static func join() throws -> (any RankGroup)? {
    guard launchedCount != nil else { return nil }
    if let group = joined.withLock({ $0 }) { return group }
    #if MPI
      let group = try MPIGroup(limit: .seconds(try silenceLimit))
      joined.withLock { $0 = group }
      return group
    #else
      throw CommandFailure(
        "mpirun: this program is built without MPI; build it by swift build -c release --traits MPI"
      )
    #endif
  }

  /// What all ranks make, the first before the others: a folder, which these find made.
  static func inTurn<Result>(_ body: () throws -> Result) throws -> Result {
    guard let group = try join() else { return try body() }
    let first = group.rank == 0 ? try body() : nil
    try group.barrier()
    let result = try first ?? body()
    try group.barrier()
    return result
  }

  /// Ends what was joined, after results or an error that all ranks have.
  ///
  /// - Parameter status: Other than 0, what this rank ends with: if not all come here, all are ended with it at once.
  static func leave(status: Int32 = 0) {
    guard let group = joined.withLock({ $0 }) else { return }
    #if MPI
      if group.takeLeave(status: status, patience: .seconds(5)) {
        MPIGroup.end()
      } else {
        (group as? MPIGroup)?.abort(status: status == 0 ? 1 : status)
      }
    #else
      _ = group
    #endif
  }
}

extension RankGroup {
  /// Takes leave of the others.
  ///
  /// - Parameters:
  ///   - status: Other than 0 after an error.
  ///   - patience: How long to wait for the others then, which may not know of it.
  /// - Returns: Whether all did.
  func takeLeave(status: Int32, patience: Duration) -> Bool {
    do {
      // Of a length that nothing else has, so that no rank takes another's farewell for what it waits for.
      _ = try allGather(
        [Double](repeating: Double(status), count: 3), within: status == 0 ? limit : patience)
      return true
    } catch {
      return false
    }
  }
}
