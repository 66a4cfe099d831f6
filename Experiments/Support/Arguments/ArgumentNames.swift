import ArgumentParser
import Contrastive

/// What a command line calls the library's arguments: by the file that an option names, or else by the option.
struct ArgumentNames {
  /// What an argument is given by.
  private enum Source {
    /// The file that an option names; the option, where its value is no text.
    case file(String)

    /// Options.
    case options([String])

    /// An option with its value, which is another reading of the number that is meant.
    case reading(String)
  }

  /// Arguments that are not given by the option of their own name: the first of these that was given.
  private static let sources: [ContrastiveError.Argument: [Source]] = [
    .batchCandidates: [.options(["batchCandidates"])],
    .classWeights: [.file("classWeights"), .file("proxies")],
    .concentration: [.options(["beta"])],
    .dimensions: [.options(["dims"]), .file("dimensions")],
    .documentLengths: [.file("documentLengths"), .file("documents")],
    .excluding: [.file("ids"), .file("excludedKeyIds"), .file("excludedQueryIds")],
    .form: [.options(["form"])],
    .exponent: [.options(["alpha"])],
    .falseNegatives: [.options(["ids"]), .options(["margin"])],
    .features: [.file("features"), .file("embeddings")],
    .keyIDs: [.file("keyIds")],
    .logNormalization: [.options(["z"])],
    .logWeights: [.file("logWeights")],
    .logWeightsOfColumns: [.file("logWeights")],
    .logWeightsOfNegatives: [.file("negativeLogWeights")],
    .logWeightsOfPositives: [.file("logWeights")],
    .logWeightsOfRows: [.file("logWeights")],
    .negativeIDs: [.file("negativeIds")],
    .negativeMargin: [.options(["negMargin"])],
    .negatives: [.file("negatives"), .file("queue")],
    .normalization: [.options(["z"])],
    .positiveMargin: [.options(["posMargin"])],
    .positivePrior: [.options(["tauPlus"])],
    .positives: [.file("positives"), .file("mask"), .file("softTargets")],
    .queryIDs: [.file("queryIds")],
    .queryLengths: [.file("queryLengths"), .file("queries")],
    .reduction: [.options(["reduction"])],
    .rows: [.file("queue"), .file("memory")],
    .teacherTemperature: [.options(["teacherScale", "teacherTemperature"])],
    .temperature: [
      .reading("temperature"), .reading("scale"), .reading("logitScale"),
      .options(["temperatures"]), .options(["minimum", "maximum"]),
    ],
    .weights: [.file("softTargets"), .options(["weights"])],
  ]

  /// The options of the command, by the names of its properties.
  private let options: JSONObject

  /// Files that no option names, because they come with the program.
  private let bundled: [ContrastiveError.Argument: String]

  init(
    of command: some ParsableArguments, bundled: [ContrastiveError.Argument: String] = [:]
  ) {
    options = JSONObject(optionsOf: command)
    self.bundled = bundled
  }

  /// The name of an argument; its own if no option gives it.
  subscript(argument: ContrastiveError.Argument) -> ContrastiveError.Argument {
    let sources = Self.sources[argument] ?? [.file(argument.name)]
    return (sources.lazy.compactMap(text).first ?? bundled[argument]).map { .init($0) } ?? argument
  }

  private func text(_ source: Source) -> String? {
    switch source {
    case .file(let name):
      guard case .string(let file)? = options[name] else { return text(.options([name])) }
      return file
    case .options(let names):
      let given = names.filter { options[$0] != nil }.map { "--\($0.kebabCased)" }
      return given.isEmpty ? nil : given.joined(separator: ", ")
    case .reading(let name):
      guard let value = options[name] else { return nil }
      // What is out of its range is τ, whatever was given.
      return "--\(name.kebabCased) \(value)\(name == "temperature" ? "" : ", as a temperature τ")"
    }
  }

  /// The failure to report for an error of the library.
  ///
  /// - Parameter remedy: What would do where a number is finite in its file, and infinite as a `Float`.
  func failure(_ error: ContrastiveError, remedy: String) -> any ReportedError {
    let renamed = error.renamed { self[$0] }
    if let failure = CommandFailure(ofFloatRange: renamed, remedy: remedy) { return failure }
    guard let remark = headingRemark(on: error.problem) else { return renamed }
    return CommandFailure("\(renamed.description); \(remark)")
  }

  /// That the first line of one of the files may be a heading, for one row too many or too few.
  private func headingRemark(on problem: ContrastiveError.Problem) -> String? {
    let counts: (expected: Int, found: Int)? =
      switch problem {
      case .count(_, let found, let expected): (expected.number, found)
      case .shape(let found, let expected, _): (expected.rowCount, found.rowCount)
      default: nil
      }
    let files = options.members.compactMap { member in
      if case .string(let file) = member.value { file } else { nil }
    }
    return counts.flatMap { HeadingRemarks.ofCounts($0.expected, $0.found, in: files.sorted()) }
  }
}

extension ContrastiveError {
  /// The error as one of another argument, of an option that the library does not know.
  func of(_ name: String) -> ContrastiveError {
    var error = self
    error.argument = Argument(name)
    return error
  }

  /// The error with names in the place of some arguments, of files that no option of one name has.
  func naming(_ names: [Argument: String]) -> ContrastiveError {
    renamed { names[$0].map { Argument($0) } ?? $0 }
  }
}
