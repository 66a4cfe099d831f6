import Synchronization
import Testing

@testable import Experiments

@Suite("Parallel runs")
struct ParallelRunsTests {
  @Test("return their results in the order of what they are runs of")
  func order() throws {
    #expect(try Array(0..<50).mapInParallel { $0 * $0 } == (0..<50).map { $0 * $0 })
    #expect(try [Int]().mapInParallel { $0 } == [])
  }

  @Test("end with the error of a run, and begin no further ones")
  func failure() {
    let begun = Mutex(0)
    #expect(throws: CommandFailure("run 3")) {
      try Array(0..<10_000).mapInParallel { index in
        begun.withLock { $0 += 1 }
        if index == 3 { throw CommandFailure("run 3") }
      }
    }
    // Whoever runs beside the failing one may have begun many, but not all, by the time it fails;
    // of the first three at least one thread is through.
    #expect(begun.withLock { $0 } >= 4)
  }

  @Test("count their steps for the progress line")
  func tally() throws {
    let screen = Mutex("")
    let line = ProgressLine { text in screen.withLock { $0 += text } }
    let tally = Tally("runs", of: 2, "steps", progress: line, isInterrupted: { false })
    try tally.step()
    #expect(screen.withLock { $0 }.contains("runs: 0 of 2 steps"))
  }

  @Test("stop at the next step once an end is asked for")
  func interruption() throws {
    let isRequested = Mutex(false)
    let tally = Tally(
      "runs", of: 9, "steps", progress: ProgressLine(write: nil),
      isInterrupted: { isRequested.withLock { $0 } })
    try tally.step()
    isRequested.withLock { $0 = true }
    let failure = #expect(throws: CommandFailure.self) { try tally.step() }
    #expect(failure?.status == .interrupted)
  }
}
