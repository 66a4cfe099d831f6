import Contrastive
import ContrastiveKernels
import ContrastiveLosses
import Foundation
import Synchronization
import TestSupport
import Testing

/// Callers that know nothing of each other share workers, BLAS's setting and, here, a workspace.
@Suite("Calls at the same time")
struct ConcurrentCallsTests {
  /// Of every loss a problem of several tiles, and its answer from a call alone.
  struct Call: Sendable {
    let subject: LossSubject
    let plain: PlainLoss
    let threads: Int
    let alone: Answer

    init(_ subject: LossSubject, threads: Int) throws {
      self.subject = subject
      self.threads = threads
      plain = subject.plain(
        rows: subject.takesTriplets ? 20 : 50, columns: subject == .paired ? 3 : 70, dimension: 19)
      alone = try subject.answer(
        plain, as: Float.self, options: Self.options(threads, Workspace(retaining: 0)))
    }

    /// Tiles so small that there is work for helpers.
    private static func options(_ threads: Int, _ workspace: Workspace) -> ComputeOptions {
      var options = ComputeOptions(tileRows: 8, tileColumns: 16, threads: threads, isa: .best)
      options.workspace = workspace
      return options
    }

    func outcome(in workspace: Workspace) -> Result<Answer, any Error> {
      Result {
        try subject.answer(plain, as: Float.self, options: Self.options(threads, workspace))
      }
    }

    /// Whether a call gives the bits of the one alone.
    func isSame(in workspace: Workspace) -> Bool {
      (try? outcome(in: workspace).get()) == alone
    }
  }

  static func allCalls() throws -> [Call] {
    try LossSubject.allCases.enumerated().map { try Call($1, threads: 1 + $0 % 3) }
  }

  @Test("of every loss, by eight threads through one workspace, give the bits of calls alone")
  func threads() throws {
    let calls = try Self.allCalls()
    let workspace = Workspace(retaining: 16 << 20)
    let different = Mutex<Set<LossSubject>>([])
    let done = DispatchGroup()
    for caller in 0..<8 {
      done.enter()
      // Not libdispatch's: it would run no more than there are processors.
      Thread.detachNewThread {
        defer { done.leave() }
        for turn in 0..<2 * calls.count {
          let call = calls[(turn + caller * calls.count / 8) % calls.count]
          if !call.isSame(in: workspace) {
            different.withLock { _ = $0.insert(call.subject) }
          }
        }
      }
    }
    done.wait()
    #expect(different.withLock { $0 } == [])
    #expect(workspace.retainedByteCount <= workspace.byteLimit)
  }

  // In a process of their own, whose threads can be counted.
  @Test("by 64 tasks give the same bits, and take no thread each")
  func tasks() async {
    await #expect(processExitsWith: .success) {
      let calls = try ConcurrentCallsTests.allCalls()
      let before = ConcurrentCallsTests.threadCount
      let most = Largest()
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for task in 0..<64 {
          group.addTask {
            var isSame = true
            for turn in 0..<8 {
              let call = calls[(8 * task + turn) % calls.count]
              isSame = call.isSame(in: .shared) && isSame
              most.add(ConcurrentCallsTests.threadCount)
              await Task.yield()
            }
            return isSame
          }
        }
        for try await isSame in group { precondition(isSame) }
      }
      // A call takes two helpers at the most, and there are as many calls as the tasks' pool has threads.
      precondition(most.value <= before + 3 * Workers.available + 2)
    }
  }

  /// The largest of numbers that several tasks find.
  private final class Largest: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func add(_ other: Int) { number.withLock { $0 = max($0, other) } }
  }

  /// How many threads the process has, where the system says it.
  private static var threadCount: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
  }
}
