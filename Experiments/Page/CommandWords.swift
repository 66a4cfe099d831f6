/// What was typed to get results, by their record.
struct CommandWords: Sendable {
  private let words: [String]

  /// Takes the words from a record; nil if it has none, or if they call another command, as `reproduce all`
  /// runs every reproduction.
  init?(record: [String: JSON]) {
    guard case .string(let command)? = record["command"],
      case .array(let elements)? = record["arguments"]
    else { return nil }
    let words = elements.compactMap { if case .string(let word) = $0 { word } else { nil } }
    guard words.starts(with: command.split(separator: " ").map(String.init)) else { return nil }
    self.words = words
  }

  /// A line for the shell, without the options that say where results go and in which form.
  var text: String {
    var kept: [String] = []
    var isName = false
    for word in words {
      if !isName, !["--json", "--force", "--output"].contains(word), !word.hasPrefix("--output=") {
        kept.append(Self.quoted(word))
      }
      isName = !isName && word == "--output"
    }
    return kept.joined(separator: " ")
  }

  /// A word as the shell reads it again.
  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_./,:=+@%".contains($0) }
    return isPlain ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
  }
}
