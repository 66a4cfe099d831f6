import ArgumentParser

/// A word in the place of a command that names none.
///
/// ArgumentParser hands it to the default command, and then calls it an unexpected argument of that.
struct UnknownCommand {
  private let path: [String]
  private let word: String
  private let known: [KnownCommand]

  /// Follows the arguments down the tree of commands; nil if they name one all the way.
  init?(in arguments: [String], of root: any ParsableCommand.Type) {
    var command = root
    var path: [String] = []
    // `help` is followed by a command's name, and has none of its own in the tree.
    for word in arguments.drop(while: { $0 == "help" }) {
      let subcommands = command.configuration.subcommands
      guard !subcommands.isEmpty, !word.hasPrefix("-") else { return nil }
      guard let next = subcommands.first(where: { $0.commandLineName == word }) else {
        self.path = path
        self.word = word
        known = KnownCommand.all(under: command, path) + KnownCommand.all(under: root, [])
        return
      }
      command = next
      path.append(word)
    }
    return nil
  }

  /// What to write instead.
  private var suggestion: String? {
    // A name that is known elsewhere comes before one that is alike here.
    if let exact = known.first(where: { $0.isCalled(word) }) { return exact.text }
    return known.filter { $0.path.dropLast() == path[...] }.map(\.name).nearest(to: word)
      .map { (path + [$0]).joined(separator: " ") }
  }

  var error: ValidationError {
    let name = (path + [word]).joined(separator: " ")
    let place = (["Experiments"] + path + ["--help"]).joined(separator: " ")
    return ValidationError(
      "There is no command '\(name)'. "
        + (suggestion.map { "Did you mean '\($0)'?" } ?? "'\(place)' lists those there are."))
  }
}

/// A command and its place in the tree.
private struct KnownCommand {
  let path: [String]
  let otherNames: [String]

  var name: String { path.last ?? "" }
  var text: String { path.joined(separator: " ") }

  /// Whether a word is one of its names, however it is joined.
  func isCalled(_ word: String) -> Bool {
    ([name] + otherNames).contains { $0.nameLetters == word.nameLetters }
  }

  /// The commands of a command, and theirs.
  static func all(under command: any ParsableCommand.Type, _ path: [String]) -> [KnownCommand] {
    command.configuration.subcommands.flatMap { subcommand in
      let own = KnownCommand(
        path: path + [subcommand.commandLineName],
        otherNames: (subcommand as? any LossReporting.Type)?.card.otherNames ?? [])
      return [own] + all(under: subcommand, own.path)
    }
  }
}

extension ParsableCommand {
  /// What it is called on the command line.
  static var commandLineName: String { configuration.commandName ?? _commandName }
}
