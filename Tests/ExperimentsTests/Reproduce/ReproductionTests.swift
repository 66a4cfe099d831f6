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
    @OptionGroup var outputOptions: OutputOptions

    func reproduce(progress: ProgressLine) throws -> Report {
      var report = Report(title: "Chosen", explanation: "")
      report.claims = [ClaimTests.claim(agrees: true), ClaimTests.claim(agrees: !differs)]
      report.result = ["numbers": [1.0, 2.0]]
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
    #expect(report.result.members.map(\.key) == ["name", "agrees", "claims", "numbers"])
    #expect(report.result["agrees"] == .boolean(true) && report.status == nil)
    #expect(report.result["claims"]?.elements?.count == 2)
  }

  @Test("ends with 1 where a claim differs")
  func differing() throws {
    let report = try Chosen.report(["--differs"])
    #expect(report.result["agrees"] == .boolean(false) && report.status == .differs)
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
    #expect(report.status == .missingFile && report.result["agrees"] == .boolean(false))
    #expect(report.tables[0].cells(in: "outcome") == [.string("no data"), .string("agrees")])
    let results = try #require(report.result["reproductions"]?.elements)
    #expect(results[0]["failure"] == .string("no data") && results[0]["agrees"] == nil)
    #expect(results[1]["agrees"] == .boolean(true) && results[1]["failure"] == nil)
  }

  @Test("stops at Ctrl-C with what is done")
  func interrupted() throws {
    let runs = ReproductionRun.run(
      [Chosen.self, Interrupted.self, Failing.self], into: nil, progress: ProgressLine(write: nil))
    #expect(runs.map(\.name) == ["chosen", "interrupted"])
    #expect(runs.interruption(of: 3)?.hasPrefix("in interrupted; ") == true)
    #expect(runs[0].agrees == true && runs[1].agrees == nil)
    let report = try ReproduceAll.parse([]).report(of: runs)
    #expect(report.interruption != nil && report.result["agrees"] == nil)
  }

  @Test("says so when all agree")
  func agreeing() throws {
    let runs = ReproductionRun.run([Chosen.self], into: nil, progress: ProgressLine(write: nil))
    #expect(runs.status == nil)
    #expect(
      try ReproduceAll.parse([]).report(of: runs).result["agrees"] == .boolean(true))
  }
}
