import Contrastive
import Testing

@testable import Experiments

@Suite("Twice as many epochs")
struct ConvergenceCheckTests {
  private static let temperatures = [0.01, 0.02, 0.05, 0.1, 0.5]

  /// The check of a choice between 0.02 and 0.05, whose recalls are 0.6.
  ///
  /// - Parameter later: What recalls are after twice as many epochs.
  private func check(
    later: (Double) -> Double, dropping dropped: Double? = nil
  ) throws -> ConvergenceCheck {
    func recalls(_ share: (Double) -> Double) throws -> TrainedRecalls {
      try TemperatureChoiceTests.recalls(Self.temperatures, share)
    }
    let first = try recalls { 0.02...0.05 ~= $0 ? 0.6 : 0.4 }
    let longer = try recalls(later)
    let runs = ConvergenceCheck.runs(for: [0.02, 0.05], of: first, epochs: 10)
    // Theirs, and those beside them.
    #expect(runs.map(\.temperature) == [0.01, 0.02, 0.05, 0.1])
    #expect(runs.allSatisfy { $0.seed == 1 && $0.epochs == 20 })
    var outcomes: [SweepRun: SweepOutcome] = [:]
    for (run, ranks) in zip(runs, longer.ranks) where run.temperature != dropped {
      outcomes[run] = .finished(TemperatureChoiceTests.result(ranks[0]))
    }
    return try #require(
      try ConvergenceCheck(
        outcomes, of: runs, epochs: 10, recalls: first,
        resamples: Resamples(of: TemperatureChoiceTests.rowCount, seed: 1)))
  }

  private func change(_ check: ConvergenceCheck) -> ConvergenceCheck.Change? {
    check.change(among: [0.02, 0.05], use: 0.02)
  }

  @Test("change nothing where recalls stay")
  func settled() throws {
    let check = try check { 0.02...0.05 ~= $0 ? 0.6 : 0.4 }
    #expect(change(check) == nil && check.falling.isEmpty)
    let table = check.table("t")
    #expect(table.cells(in: "verdict").allSatisfy { $0 == .string("not told apart") })
    #expect(table.columns[1].heading == "10 epochs" && table.columns[2].heading == "20 epochs")
  }

  @Test("are needed where a recall goes on rising, and the greatest rise is named")
  func rise() throws {
    let check = try check { $0 == 0.02 ? 0.66 : $0 == 0.05 ? 0.72 : 0.4 }
    guard case .rise(0.05, let rise) = change(check) else {
      Issue.record("\(String(describing: change(check)))")
      return
    }
    #expect(abs(rise.value - 0.12) < 0.03 && rise.low > 0)
    #expect(check.table("t").cells(in: "verdict")[2] == .string("rises"))
  }

  @Test("are not needed where only what is worse rises, and stays so")
  func worse() throws {
    let check = try check { 0.02...0.05 ~= $0 ? 0.6 : 0.5 }
    #expect(change(check) == nil)
    #expect(check.table("t").cells(in: "verdict")[0] == .string("rises"))
  }

  @Test("change the order where another overtakes")
  func order() throws {
    let check = try check { $0 == 0.1 ? 0.8 : 0.02...0.05 ~= $0 ? 0.6 : 0.4 }
    guard case .order(0.1, 0.02, let lead) = change(check) else {
      Issue.record("\(String(describing: change(check)))")
      return
    }
    #expect(abs(lead.value - 0.2) < 0.05)
  }

  @Test("may be too many")
  func fall() throws {
    let check = try check { $0 == 0.05 ? 0.4 : 0.02...0.05 ~= $0 ? 0.6 : 0.4 }
    #expect(check.falling == [0.05])
  }

  @Test("are compared where a training ended")
  func missing() throws {
    let check = try check(later: { 0.02...0.05 ~= $0 ? 0.6 : 0.4 }, dropping: 0.05)
    #expect(check.temperatures == [0.01, 0.02, 0.1])
  }
}
