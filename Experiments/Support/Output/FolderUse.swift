import ArgumentParser

/// Who writes to a folder, and what it may do there.
struct FolderUse: Sendable {
  /// The command's name.
  let command: String

  /// The file that tells what is in the folder, by which a later run knows its own results; nil for
  /// a single file among others.
  let recordName: String?

  let inputs: InputFiles

  /// What another of would do.
  var place: String { recordName == nil ? "file" : "folder" }

  /// Whether files may be replaced that no run of the command wrote; never those it reads.
  let isForced: Bool

  /// Whether the command takes over what it finds of its own.
  let goesOn: Bool

  /// - Parameter recordName: `run.json` for the results of `--output`.
  init(by command: some ParsableCommand, recordName: String?, isForced: Bool, goesOn: Bool = false)
  {
    self.command = type(of: command).callName
    self.recordName = recordName
    self.isForced = isForced
    self.goesOn = goesOn
    inputs = InputFiles(of: command)
  }
}

extension ParsableCommand {
  /// The words that call it, for example `train sweep`; of a command that leaves its name to
  /// ArgumentParser, its type's.
  static var callName: String {
    path(from: ExperimentsCommand.self)?.joined(separator: " ") ?? ownName
  }

  private static var ownName: String { configuration.commandName ?? _commandName }

  /// The names of the commands below one, down to this one.
  private static func path(from command: any ParsableCommand.Type) -> [String]? {
    for next in command.configuration.subcommands {
      if next == Self.self { return [ownName] }
      if let rest = path(from: next) {
        return [next.configuration.commandName ?? next._commandName] + rest
      }
    }
    return nil
  }
}
