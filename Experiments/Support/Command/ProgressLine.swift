import Synchronization

/// One line on the terminal that says how far a command is, rewritten as it goes on.
///
/// It writes to standard error, and only if that is a terminal; otherwise it does nothing.
final class ProgressLine: Sendable {
  private struct State {
    var task = ""
    var start: ContinuousClock.Instant?
    var lastWrite: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let write: (@Sendable (String) -> Void)?

  /// Creates a line on standard error.
  convenience init() {
    self.init(write: StandardError.isTerminal ? StandardError.write : nil)
  }

  /// Creates a line that is written by a function, or nowhere.
  init(write: (@Sendable (String) -> Void)?) {
    self.write = write
  }

  /// Says that so many of a task's units are done, at most ten times a second.
  ///
  /// The clock starts with the first call for a task, so that begins with `done` = 0.
  ///
  /// - Parameters:
  ///   - task: What is being done, for example `sweep`.
  ///   - done: How many units are done.
  ///   - total: How many there are.
  ///   - unit: What is counted, for example `temperatures`.
  func update(_ task: String, _ done: Int, of total: Int, _ unit: String) {
    guard let write else { return }
    let now = ContinuousClock.now
    let text: String? = state.withLock { state in
      if state.task != task || state.start == nil {
        state = State(task: task, start: now)
      } else if let last = state.lastWrite, now - last < .milliseconds(100) {
        return nil
      }
      state.lastWrite = now
      let elapsed = (now - (state.start ?? now)) / .seconds(1)
      return Self.text(task, done, of: total, unit, elapsed: elapsed)
    }
    if let text { write("\r\u{1B}[K" + text) }
  }

  /// Clears the line, so that what follows does not stand behind it.
  func clear() {
    guard let write else { return }
    let wasShown = state.withLock { state in
      defer { state = State() }
      return state.lastWrite != nil
    }
    if wasShown { write("\r\u{1B}[K") }
  }

  /// The line after `elapsed` seconds: what is done, and from the first unit on at which rate
  /// and how long the rest will take at that rate.
  static func text(
    _ task: String, _ done: Int, of total: Int, _ unit: String, elapsed: Double
  ) -> String {
    let head = "\(task): \(done) of \(total) \(unit)"
    guard done > 0, elapsed > 0 else { return head }
    let rate = Column("", format: .significant(3)).text(of: .number(Double(done) / elapsed))
    let left = (elapsed * Double(total - done) / Double(done)).rounded(.up)
    return "\(head), \(rate) per second, \(left.formattedAsDuration) left"
  }
}

extension Double {
  /// Whole seconds as `8 s`, `3 min 20 s` or `2 h 5 min`.
  fileprivate var formattedAsDuration: String {
    guard self < 1e9 else { return "very long" }
    let seconds = Int(self)
    return switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
    default: "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
  }
}
