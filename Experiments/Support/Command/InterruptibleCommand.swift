/// A command that can be ended early, and then reports what it has so far.
protocol InterruptibleCommand: ReportCommand {}

extension InterruptibleCommand {
  func run() throws {
    Interruption.listen()
    try runReport()
  }
}
