import Foundation
import Testing

@testable import Experiments

@Suite("Every option of every command")
struct OptionCoverageTests {
  /// An option of a command: `loss clip --images`, or `bound <kind>`.
  private static func options(of tree: CommandTree, _ path: [String] = []) -> Set<String> {
    // ArgumentParser's own.
    let foreign = ["--help", "--version"]
    let own = (tree.arguments ?? []).map(\.text).filter { !foreign.contains($0) }
    return (tree.subcommands ?? []).filter { $0.commandName != "help" }.reduce(
      into: Set(own.map { (path + [$0]).joined(separator: " ") })
    ) { $0.formUnion(options(of: $1, path + [$1.commandName])) }
  }

  private static func options(of invocation: Invocation) -> Set<String> {
    let positional = Invocation.tree.command(of: invocation.command).arguments?
      .first { $0.kind == .positional }?.text
    return Set(
      invocation.options.map { name, _ in
        (invocation.command + [name.isEmpty ? positional ?? "" : name]).joined(separator: " ")
      })
  }

  /// These are run by tests of their own below, since one run needs another's results, or does not end
  /// by itself.
  private static let runBelow: Set<String> = [
    "reproduce all --json", "reproduce all --output", "report <name>", "report --results",
    "reproduce all --force", "report --json", "report --output", "report --force",
  ]

  @Test("is run by a test")
  func complete() {
    let run = Invocation.all.reduce(into: Self.runBelow) { $0.formUnion(Self.options(of: $1)) }
    let documented = Self.options(of: Invocation.tree)
    #expect(documented.count > 300)
    #expect(documented.subtracting(run) == [])
    #expect(run.subtracting(documented) == [])
  }

  @Test("with each of its choices")
  func choices() {
    var missing: [String: Set<String>] = [:]
    func collect(_ tree: CommandTree) {
      for argument in tree.arguments ?? [] where argument.kind == .option {
        missing[argument.text, default: []].formUnion(argument.allValues ?? [])
      }
      for subcommand in tree.subcommands ?? [] { collect(subcommand) }
    }
    collect(Invocation.tree)
    for (name, values) in Invocation.all.flatMap(\.options) {
      missing[name]?.subtract(values.flatMap { [$0] + $0.split(separator: "+").map(String.init) })
    }
    // All of them are measured by a test of their own.
    missing["--workload"] = nil
    #expect(missing.filter { !$0.value.isEmpty } == [:])
  }

  @Test("ends as it should, and prints JSON where that is asked for", arguments: Invocation.all)
  func run(_ invocation: Invocation) throws {
    let folder = try TemporaryFolder()
    try Invocation.writeInputs(to: folder)
    // Without gnuplot, which has tests of its own.
    let outcome = try ExperimentsProgram.run(
      arguments: invocation.arguments(in: folder), searchPath: folder.path(""))
    #expect(invocation.statuses.contains(outcome.status), "\(outcome.errors)")
    #expect(!outcome.output.isEmpty)
    #expect(!outcome.output.contains("-0.0,") && !outcome.output.contains("nan"))
    if invocation.words.contains("--json") { try expectJSON(outcome.output) }
    for option in invocation.options where ["--output", "--gradients"].contains(option.name) {
      let path = folder.path(String(option.values[0].dropFirst()))
      #expect(try !FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
    }
    try expectNamedResults(of: invocation, in: folder)
  }

  /// A command that reads files knows what its results are called.
  private func expectNamedResults(
    of invocation: Invocation, in folder: borrowing TemporaryFolder
  ) throws {
    let arguments = invocation.arguments(in: folder)
    guard let command = try ExperimentsCommand.parseAsRoot(arguments) as? any ReportCommand,
      let output = command.outputOptions.output
    else { return }
    if !InputFiles(of: command).isEmpty { #expect(command.resultNames != nil) }
    guard let known = command.resultNames?.fileNames else { return }
    let names = try FileManager.default.contentsOfDirectory(atPath: output)
    #expect(Set(names).subtracting(known + Report.commonFiles + ["runs"]) == [])
  }

  @Test("report shows the results of a folder")
  func report() throws {
    let folder = try TemporaryFolder()
    let reproduction = try ExperimentsProgram.run(
      "reproduce", "softmax", "--output", folder.path("results/softmax"))
    // “literally 0.0” does not agree.
    #expect(reproduction.status == 1)
    let outcome = try ExperimentsProgram.run(
      "report", "softmax", "--results", folder.path("results"), "--output",
      folder.path("page.html"), "--json", "--force")
    #expect(outcome.status == 1)
    try expectJSON(outcome.output)
    #expect(try folder.text(of: "page.html").contains("softmax"))
  }

  @Test("reproduce all writes what is done when Ctrl-C ends it")
  func reproduceAll() throws {
    let folder = try TemporaryFolder()
    let outcome = try ExperimentsProgram.run(
      script: """
        "$@" & until [ -e '\(folder.path("out/softmax/report.json"))' ]; do sleep 0.01; done
        kill -INT $!; wait $!
        """,
      arguments: ["reproduce", "all", "--json", "--output", folder.path("out"), "--force"])
    #expect(outcome.status == 130)
    try expectJSON(outcome.output)
    #expect(try folder.names(in: "out").contains("softmax"))
  }

  private func expectJSON(_ output: String) throws {
    #expect(output.filter(\.isNewline).count == 1 && output.last == "\n")
    #expect(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] != nil)
  }
}
