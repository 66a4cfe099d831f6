import ArgumentParser
import Foundation

/// The commands and their options, as ArgumentParser describes them to tools.
struct CommandTree: Decodable {
  /// An option, flag or positional argument.
  struct Argument: Decodable {
    enum Kind: String, Decodable {
      case positional, option, flag
    }

    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let kind: Kind
    let names: [Name]?
    let valueName: String?

    let isOptional: Bool?

    /// Whether it takes several values, or is given several times.
    let isRepeating: Bool?
    let defaultValue: String?

    /// What it can be, where that is a choice.
    let allValues: [String]?

    /// How it is written in messages: `--precision`, or `<kind>`.
    var text: String {
      names?.first { $0.kind == "long" }.map { "--\($0.name)" } ?? "<\(valueName ?? "")>"
    }
  }

  let commandName: String
  let arguments: [Argument]?
  let subcommands: [CommandTree]?

  /// The tree of a command.
  init(of command: any ParsableCommand.Type) throws {
    struct Document: Decodable {
      let command: CommandTree
    }
    let text = command._dumpHelp()
    self = try JSONDecoder().decode(Document.self, from: Data(text.utf8)).command
  }

  /// The command that arguments begin with the names of.
  func command(of arguments: [String]) -> CommandTree {
    guard let word = arguments.first,
      let next = subcommands?.first(where: { $0.commandName == word })
    else { return self }
    return next.command(of: Array(arguments.dropFirst()))
  }
}
