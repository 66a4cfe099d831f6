import ArgumentParser
import Contrastive
import Foundation

/// The files that a command was given to read, and that it therefore writes over in no case.
struct InputFiles: Sendable {
  /// By the file, what the command line calls it.
  private let names: [FileIdentity: String]

  /// The files that a command's options and arguments name, but for those that say where results go.
  ///
  /// Whatever text among them is the name of a file counts, so that no command can forget one.
  init(of command: some ParsableArguments) {
    let options = JSONObject(optionsOf: command).members.filter {
      !["output", "gradients", "negativesOutput"].contains($0.key)
    }
    let texts = options.flatMap { Self.texts(in: $0.value) }
    var files = texts.flatMap(Self.paths).compactMap { path in
      FileIdentity(path).map { ($0, path) }
    }
    // The shell may have opened a file for it.
    if texts.contains(where: \.isStandardInput),
      let identity = FileIdentity(FileHandle.standardInput)
    {
      files.append((identity, "standard input (-)"))
    }
    names = Dictionary(files) { first, _ in first }
  }

  var isEmpty: Bool { names.isEmpty }

  /// What the command line calls the file at a path, if it is one of them.
  func name(ofFileAt path: String) -> String? {
    FileIdentity(path).flatMap { names[$0] }
  }

  private static func texts(in value: JSON) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(texts)
    default: []
    }
  }

  /// The text, and what is before a colon in it: `file.safetensors:tensor` reads a file too; and the
  /// files that an index among them names.
  private static func paths(in text: String) -> [String] {
    [text] + text.indices.filter { text[$0] == ":" }.map { String(text[..<$0]) }
      + ArraySpecification(text).files
  }
}
