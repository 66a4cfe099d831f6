import ArgumentParser
import Testing

@testable import Experiments

@Suite("reproduce")
struct ReproductionTests {
  @Test("has names, and an example in every help")
  func names() {
    let names = Reproduce.all.map { $0.name }
    #expect(Set(names).count == names.count)
    for type in Reproduce.all {
      #expect(type.configuration.discussion.contains("Experiments reproduce \(type.name)"))
    }
  }

  /// A reproduction whose outcome is chosen.
  private struct Chosen: Reproduction {
    static let configuration = CommandConfiguration(commandName: "chosen")
    @Flag var differs = false
    @Flag var inPart = false
    @Flag var fault = false
    @OptionGroup var outputOptions: OutputOptions

    func reproduce(progress: ProgressLine) throws -> Report {
      var report = Report(title: "Chosen", explanation: "")
      report.claims = [
        ClaimTests.claim(.agrees),
        ClaimTests.claim(differs ? .doesNotAgree : inPart ? .agreesInPart : .agrees),
      ]
      report.illustrations = [ClaimTests.illustration(isRight: !fault)]
      report.result = ["numbers": [1.0, 2.0]]
      return report
    }
  }

  private struct Faulty: Reproduction {
    static let configuration = CommandConfiguration(commandName: "faulty")
    @OptionGroup var outputOptions: OutputOptions

    func reproduce(progress: ProgressLine) throws -> Report {
      var report = Report(title: "Faulty", explanation: "")
      report.illustrations = [ClaimTests.illustration(isRight: false), ClaimTests.illustration()]
      return report
    }
  }

  private struct Failing: Reproduction {
    static let configuration = CommandConfiguration(commandName: "failing")
    @OptionGroup var outputOptions: OutputOptions

    func reproduce(progress: ProgressLine) throws -> Report {
      throw CommandFailure("no data", status: .missingFile)
    }
  }

  private struct Interrupted: Reproduction {
    static let configuration = CommandConfiguration(commandName: "interrupted")
    @OptionGroup var outputOptions: OutputOptions

    func reproduce(progress: ProgressLine) throws -> Report {
      try Tally("", of: 1, "", progress: progress, isInterrupted: { true }).step()
      return Report(title: "", explanation: "")
    }
  }

  @Test("puts name, verdict and claims before a reproduction's numbers")
  func result() throws {
    let report = try Chosen.report([])
    #expect(
      report.result.members.map(\.key) == [
        "name", "finding", "verdicts", "claims", "illustrations", "numbers",
      ])
    #expect(report.result["verdicts"]?["agrees"] == .integer(2) && report.status == nil)
    #expect(report.result["claims"]?.elements?.count == 2)
  }

  @Test("ends with 1 where a claim does not agree, and not where one agrees in part")
  func differing() throws {
    let report = try Chosen.report(["--differs"])
    #expect(report.result["verdicts"]?["doesNotAgree"] == .integer(1) && report.status == .differs)
    let part = try Chosen.report(["--in-part"])
    #expect(part.result["verdicts"]?["agreesInPart"] == .integer(1) && part.status == nil)
    // So it does where a theorem came out otherwise: the computation is at fault.
    #expect(try Chosen.report(["--fault"]).status == .differs)
  }

  @Test("goes on behind one that cannot be run, and ends with its status")
  func continuing() throws {
    let folder = try TemporaryFolder()
    let line = ProgressLine(write: nil)
    let runs = ReproductionRun.run(
      [Failing.self, Chosen.self], into: folder.path("out"), progress: line)
    #expect(runs.map(\.name) == ["failing", "chosen"])
    #expect(runs.status == .missingFile)
    #expect(try folder.names(in: "out") == ["chosen"])
    #expect(try folder.names(in: "out/chosen").contains("report.json"))
    let report = try ReproduceAll.parse([]).report(of: runs)
    #expect(report.status == .missingFile)
    #expect(report.tables[0].cells(in: "agrees") == [nil, .integer(2)])
    #expect(report.tables[0].cells(in: "failure") == [.string("no data"), nil])
    let results = try #require(report.result["reproductions"]?.elements)
    #expect(results[0]["failure"] == .string("no data") && results[0]["verdicts"] == nil)
    #expect(results[1]["verdicts"] != nil && results[1]["failure"] == nil)
  }

  @Test("stops at Ctrl-C with what is done")
  func interrupted() throws {
    let runs = ReproductionRun.run(
      [Chosen.self, Interrupted.self, Failing.self], into: nil, progress: ProgressLine(write: nil))
    #expect(runs.map(\.name) == ["chosen", "interrupted"])
    #expect(runs.interruption(of: 3)?.hasPrefix("in interrupted; ") == true)
    #expect(!runs[0].isInterrupted && runs[1].isInterrupted)
    let report = try ReproduceAll.parse([]).report(of: runs)
    #expect(report.interruption != nil && report.status == nil)
  }

  @Test("prints the rule, and a line of every claim, with what its line has to say")
  func lines() throws {
    let runs = ReproductionRun.run(
      [Chosen.self, LossFloorReproduction.self], into: nil, progress: ProgressLine(write: nil))
    #expect(runs.table.cells(in: "illustrated") == [.integer(1), .integer(2)])
    #expect(runs.table.cells(in: "notBetter") == [.integer(0), .integer(0)])
    let report = try ReproduceAll.parse([]).report(of: runs)
    #expect(report.notes[0] == Verdict.rule)
    #expect(report.notes[1] == "chosen agrees: The entropy falls. 6.9 to 0.1 nats.")
    #expect(report.notes.count == 5 && report.notes[4].hasPrefix("Not run: "))
    #expect(report.explanation.contains("3 theorems and limits are illustrated"))
  }

  @Test("says which computation is at fault, where that is why it ends with 1")
  func faults() throws {
    let runs = ReproductionRun.run(
      [Faulty.self, Chosen.self], into: nil, progress: ProgressLine(write: nil))
    let report = try ReproduceAll.parse([]).report(of: runs)
    #expect(report.status == .differs)
    #expect(report.tables[0].cells(in: "faults") == [.integer(1), .integer(0)])
    #expect(
      report.notes[1]
        == "faulty is at fault: The entropy has a limit. Computed: 0.1 nats. Checked: within 0.2.")
    #expect(report.notes[2].hasPrefix("chosen agrees: "))
    #expect(report.explanation.hasSuffix(" 1 computation of them is at fault."))
    for help in [Reproduce.configuration.discussion, ReproduceAll.configuration.discussion] {
      #expect(help.contains("the computation of an illustration is at fault"))
    }
  }

  @Test("says so when all agree")
  func agreeing() throws {
    let runs = ReproductionRun.run([Chosen.self], into: nil, progress: ProgressLine(write: nil))
    #expect(runs.status == nil)
    #expect(
      try ReproduceAll.parse([]).report(of: runs).result["verdicts"]?["agrees"] == .integer(2))
  }
}
