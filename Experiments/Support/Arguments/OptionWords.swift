import ArgumentParser

/// The options among a command line's words, as they are written: before anything is made of them.
struct OptionWords {
  private struct Word {
    /// The name with its dashes.
    let name: String

    /// What stands behind the equals sign, or else behind the name.
    let value: String?
  }

  private let words: [Word]

  /// The command that is called.
  private let command: any ParsableCommand.Type

  /// Its options. To ask for them takes milliseconds.
  private var arguments: [CommandTree.Argument] {
    (try? CommandTree(of: command))?.arguments ?? []
  }

  /// Options that ArgumentParser has for every command.
  private static let foreign = [
    "--help", "--help-hidden", "--version", "--experimental-dump-help",
    "--generate-completion-script",
  ]

  /// - Parameter arguments: With values that begin with a dash attached to their options.
  init(in arguments: [String], of root: any ParsableCommand.Type) {
    var words: [Word] = []
    // Behind a terminator there are no options.
    let rest = arguments.prefix { $0 != "--" }
    for (index, word) in rest.enumerated() where word.hasPrefix("-") && word.count > 2 {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let next = index + 1 < rest.count ? rest[index + 1] : nil
      words.append(
        Word(name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : next))
    }
    self.words = words
    command = root.called(by: arguments)
  }

  /// The first name that is no option of the command, and what was meant.
  var misspelt: ValidationError? {
    guard !words.isEmpty else { return nil }
    let known = arguments.filter { $0.kind != .positional }.map(\.text) + Self.foreign
    guard let word = words.first(where: { !known.contains($0.name) }) else { return nil }
    // `--seed` may be a word of `--sample-seed`.
    let holding = known.filter {
      $0.split(separator: "-").map(String.init).contains(String(word.name.drop { $0 == "-" }))
    }
    let near = known.nearest(to: word.name) ?? (holding.count == 1 ? holding[0] : nil)
    return ValidationError(
      "Unknown option '\(word.name)'. "
        + (near.map { "Did you mean '\($0)'?" }
          ?? "'Experiments \(command.callName) --help' lists those there are."))
  }

  /// An error with the usage of the command that is called: ArgumentParser adds that of the whole program to what it has
  /// not found itself.
  func text(of error: ValidationError) -> String {
    let (own, whole) = (command.commandLineName, "Experiments \(command.callName)")
    return command.fullMessage(for: error)
      .replacing("Usage: \(own) ", with: "Usage: \(whole) ", maxReplacements: 1)
      .replacing("See '\(own) ", with: "See '\(whole) ", maxReplacements: 1)
  }

  /// That an option is given twice which has one value, of which one would be lost.
  var repeated: ValidationError? {
    guard Set(words.map(\.name)).count < words.count else { return nil }
    for argument in arguments where argument.kind == .option && argument.isRepeating != true {
      let values = words.filter { $0.name == argument.text }.map { $0.value ?? "" }
      guard values.count > 1 else { continue }
      return ValidationError(
        "\(argument.text): is given \(values.count) times, as \(values.joined(separator: " and ")); "
          + "give it once.")
    }
    return nil
  }
}

extension ParsableCommand {
  /// The command that the first of the arguments name, or else the default one.
  fileprivate static func called(by arguments: [String]) -> any ParsableCommand.Type {
    let (word, rest) = (arguments.first, Array(arguments.dropFirst()))
    guard let next = configuration.subcommands.first(where: { $0.commandLineName == word }) else {
      return configuration.defaultSubcommand ?? self
    }
    return next.called(by: rest)
  }
}
