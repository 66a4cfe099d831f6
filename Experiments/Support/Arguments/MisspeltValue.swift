import ArgumentParser

/// A value that is none of an option's choices, and the one that was meant.
struct MisspeltValue {
  let suggestion: String

  /// Finds the value that an error is about; nil if it is about something else, or nothing is near.
  init?(in arguments: [String], message: String, of root: any ParsableCommand.Type) {
    guard let tree = try? CommandTree(of: root) else { return nil }
    let words = arguments.flatMap { $0.split(separator: "=", maxSplits: 1) }.map { String($0) }
    for argument in tree.command(of: arguments).arguments ?? [] {
      guard let choices = argument.allValues, message.contains("for '\(argument.text)"),
        let word = words.first(where: { message.contains("The value '\($0)' is invalid") }),
        let near = choices.nearest(to: word)
      else { continue }
      suggestion = near
      return
    }
    return nil
  }
}
