import TestSupport
import Testing

@testable import Experiments

/// `Versions.txt` beside the cards of the losses and the answers of the reference.
@Suite("Versions of what losses equal")
struct VersionsTests {
  private static let entries = ReferenceVersions.all.entries

  /// What looks like a version, a commit or a paper's number in a text.
  private static func versions(in text: String) -> [String] {
    let commits = text.matches(of: /[\w.\-]+\/[\w.\-]+@[0-9a-f]+/).map { String($0.output) }
    let papers = text.matches(of: /arXiv \d+\.\d+/).map { String($0.output) }
    let numbers = text.matches(of: /\d+\.\d+\.\d+[\w.]*/).map { String($0.output) }
    return commits + papers + numbers
  }

  private static let known = Set(
    entries.map { $0.kind == .package ? $0.version : $0.text })

  /// Whether a text names something at other places than with its version.
  private static func namesWithoutVersion(_ entry: ReferenceVersions.Entry, _ text: String) -> Bool
  {
    func isPart(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || "-_./".contains($0) } ?? false
    }
    return text.ranges(of: entry.name).contains { range in
      let isWhole =
        !isPart(text[..<range.lowerBound].last) && !isPart(text[range.upperBound...].first)
      return isWhole && !text[range.lowerBound...].hasPrefix(entry.text)
    }
  }

  @Test("are entries of three kinds, each once")
  func file() {
    #expect(Set(Self.entries).count == Self.entries.count)
    #expect(Set(Self.entries.map(\.name)).count == Self.entries.count { $0.kind != .paper } + 1)
    for kind in [ReferenceVersions.Entry.Kind.package, .commit, .paper] {
      #expect(Self.entries.contains { $0.kind == kind })
    }
    #expect(Self.entries.filter { $0.kind == .paper }.allSatisfy { $0.name == "arXiv" })
    #expect(throws: ReferenceVersions.NoEntry(line: "packet torch 1.0.0")) {
      try ReferenceVersions("# versions\n\npacket torch 1.0.0\n")
    }
    #expect(throws: ReferenceVersions.NoEntry(line: "commit a/b")) {
      try ReferenceVersions("commit a/b")
    }
  }

  @Test("are named by every card, part by part", arguments: Losses.all.map { $0.commandName })
  func cards(name: String) throws {
    let card = try #require(Losses.all.first { $0.commandName == name }).card
    for part in card.equals.split(separator: ";") {
      #expect(
        Self.entries.contains { part.contains($0.text) },
        "\(name) equals \(part), without a version of Versions.txt")
    }
    for version in Self.versions(in: card.equals) {
      #expect(Self.known.contains(version), "\(name): \(version) is not in Versions.txt")
    }
    for entry in Self.entries where entry.kind != .paper {
      #expect(
        !Self.namesWithoutVersion(entry, card.equals),
        "\(name) names \(entry.name) without \(entry.version)")
    }
  }

  /// Losses that have a state have no card.
  @Test("are each some card's, or some answers'")
  func usage() throws {
    let texts =
      Losses.all.map { $0.card.equals }
      + (try ReferenceVersions.sources().values.flatMap { $0 })
    for entry in Self.entries {
      #expect(
        texts.contains { $0.contains(entry.text) }, "no card and no answers name \(entry.text)")
    }
  }

  @Test("are those that the answers come from")
  func sources() throws {
    let sources = try ReferenceVersions.sources()
    #expect(sources.count > Losses.all.count / 2)
    for (file, texts) in sources {
      let text = texts.joined(separator: "\n")
      for version in Self.versions(in: text) {
        #expect(Self.known.contains(version), "\(file): \(version) is not in Versions.txt")
      }
      // What has a closed form is computed, by nobody's code.
      #expect(
        Self.entries.contains { text.contains("\($0.registryName) \($0.version)") }
          || Self.entries.contains { text.contains($0.text) } || text.contains("mpmath"),
        "\(file) has no source of Versions.txt")
    }
  }

  @Test("are found missing where they are")
  func missing() throws {
    let torch = try #require(Self.entries.first { $0.name == "torch" })
    #expect(Self.namesWithoutVersion(torch, "torch cross_entropy"))
    #expect(Self.namesWithoutVersion(torch, "torch 2.15.0; torch 2.14.0"))
    #expect(!Self.namesWithoutVersion(torch, "torch 2.15.0 of info-nce-pytorch"))
    #expect(
      Self.versions(in: "a/b@12 and arXiv 1.2, c 1.2.3") == ["a/b@12", "arXiv 1.2", "1.2.3"])
  }
}
