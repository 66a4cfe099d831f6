import ArgumentParser
import Contrastive

/// A closed form: what a loss cannot fall below, or has for an arrangement of points.
struct Bound: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "bound",
    abstract: "Compute a lower bound, a chance level or a mutual-information cap.",
    discussion: """
      Examples:
        Experiments bound normface-proposition-2 --classes 10575 --scale 1
        Experiments bound clip-n-way --batch 256 --temperature 0.07 --dimension 128 --json
        Experiments bound --list

      Attainable says whether embeddings have the value: of the dimension given or, without one, \
      of some dimension. Values are in nats.
      """)

  @Argument(help: "Which one; --list shows their formulas and options.")
  var kind: BoundKind?

  @Flag(help: "List the kinds with their formulas and options.")
  var list = false

  @OptionGroup var parameters: BoundParameters
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard let kind else {
      if list, parameters.options.isEmpty { return }
      throw ValidationError(
        list
          ? "--list takes no other options." : "Which bound? Give a kind; --list shows them.")
    }
    if list { throw ValidationError("--list and a kind exclude each other; leave one out.") }
    let given = parameters.options
    let required = Set(kind.requiredOptions)
    // In the order of the cases, so that the message is the same every time.
    let missing = BoundOption.allCases.filter { required.subtracting(given).contains($0) }
    let superfluous = BoundOption.allCases.filter {
      given.subtracting(required).subtracting([.dimension]).contains($0)
    }
    let complaints =
      (missing.isEmpty ? [] : ["misses \(Self.text(missing))"])
      + (superfluous.isEmpty ? [] : ["does not take \(Self.text(superfluous))"])
    guard complaints.isEmpty else {
      throw ValidationError(
        "\(kind.rawValue) \(complaints.joined(separator: " and ")); it takes \(kind.usage).")
    }
  }

  func report(progress: ProgressLine) throws -> Report {
    guard let kind else { return listing }
    let value: BoundValue
    do {
      value = try kind.value(at: parameters)
    } catch let error as ContrastiveError {
      throw error.renamed { ArgumentNames(of: self)[$0] }
    }
    var table = Table("bound", columns: [Column("value", format: .full), Column("attainable")])
    table.append(value.value, value.isAttainable)
    var report = Report(title: kind.rawValue, explanation: kind.formula, tables: [table])
    report.result = [
      "kind": kind.rawValue, "value": value.value, "attainable": value.isAttainable,
    ]
    return report
  }

  private var listing: Report {
    var table = Table(
      "bounds", columns: [Column("kind"), Column("formula"), Column("options")])
    for kind in BoundKind.allCases { table.append(kind.rawValue, kind.formula, kind.usage) }
    var report = Report(
      title: "Bounds",
      explanation: "Closed forms in nats, of n classes, K negatives, N pairs or candidates, "
        + "dimension d and temperature τ, for which --scale 1/τ does as well. A dimension in "
        + "brackets decides only whether the value is attainable.",
      tables: [table])
    report.result = ["kinds": table]
    return report
  }

  private static func text(_ options: [BoundOption]) -> String {
    options.map(\.text).joined(separator: ", ")
  }
}
