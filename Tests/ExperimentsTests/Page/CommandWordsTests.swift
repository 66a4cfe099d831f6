import Testing

@testable import Experiments

@Suite("The words of a command")
struct CommandWordsTests {
  private static func text(_ command: String, _ words: String...) -> String? {
    CommandWords(record: ["command": .string(command), "arguments": words.json])?.text
  }

  @Test("are those that were typed, but for where results go")
  func typed() {
    #expect(
      Self.text(
        "train sweep", "train", "sweep", "--output", "o", "--seeds", "2", "--force", "--json")
        == "train sweep --seeds 2")
    #expect(Self.text("sweep", "sweep", "--output=o", "--rows=5") == "sweep --rows=5")
    #expect(
      Self.text("sweep", "sweep", "--ids", "it's ids.npy") == #"sweep --ids 'it'\''s ids.npy'"#)
  }

  @Test("are not those of a command that ran it among others")
  func others() {
    #expect(Self.text("reproduce softmax", "reproduce", "all") == nil)
    #expect(CommandWords(record: [:]) == nil)
  }
}
