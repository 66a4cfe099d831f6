import Synchronization
import Testing

@testable import Experiments

@Suite("ProgressLine")
struct ProgressLineTests {
  private final class Screen: Sendable {
    private let text = Mutex("")
    var content: String { text.withLock { $0 } }
    func write(_ more: String) { text.withLock { $0 += more } }
  }

  @Test(
    "tells the rate and the time left",
    arguments: [
      (0, 1.0, "sweep: 0 of 40 rows"), (10, 2.0, "sweep: 10 of 40 rows, 5 per second, 6 s left"),
      (1, 7.5, "sweep: 1 of 40 rows, 0.133 per second, 4 min 53 s left"),
      (4, 1000.0, "sweep: 4 of 40 rows, 0.004 per second, 2 h 30 min left"),
      (40, 8.0, "sweep: 40 of 40 rows, 5 per second, 0 s left"),
    ])
  func text(done: Int, elapsed: Double, expected: String) {
    #expect(ProgressLine.text("sweep", done, of: 40, "rows", elapsed: elapsed) == expected)
  }

  @Test("is rewritten in place and cleared at the end")
  func rewriting() {
    let screen = Screen()
    let line = ProgressLine(write: screen.write)
    line.update("load", 0, of: 2, "files")
    line.update("sweep", 0, of: 3, "rows")
    line.clear()
    line.clear()
    #expect(
      screen.content
        == "\r\u{1B}[Kload: 0 of 2 files\r\u{1B}[Ksweep: 0 of 3 rows\r\u{1B}[K")
  }

  @Test("has nothing to clear when nothing was shown")
  func silent() {
    let screen = Screen()
    ProgressLine(write: screen.write).clear()
    #expect(screen.content == "")
  }
}
