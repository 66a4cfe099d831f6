import Foundation

/// What the losses equal: the entries of `Resources/Versions.txt`.
public struct ReferenceVersions: Sendable {
  public struct Entry: Hashable, Sendable {
    public enum Kind: String, Sendable {
      case package, commit, paper
    }

    public let kind: Kind

    /// What it is called: a package's name, a repository, or arXiv.
    public let name: String

    /// A package's version, a commit's hash, or a paper's number.
    public let version: String

    /// The package's name in the registry.
    public let registryName: String

    /// How texts name it.
    public var text: String { kind == .commit ? "\(name)@\(version)" : "\(name) \(version)" }
  }

  /// A line that is no entry.
  public struct NoEntry: Error, Equatable {
    public let line: String

    public init(line: String) { self.line = line }
  }

  public let entries: [Entry]

  /// Reads a file's text: an entry a line, and lines that begin with #.
  public init(_ text: String) throws {
    entries = try text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }.map {
      line in
      let words = line.split(separator: " ").map { String($0) }
      guard words.count > 1, let kind = Entry.Kind(rawValue: words[0]) else {
        throw NoEntry(line: String(line))
      }
      let parts = kind == .commit ? words[1].split(separator: "@").map { String($0) } : words
      let place = kind == .commit ? 0 : 1
      guard parts.count > place + 1 else { throw NoEntry(line: String(line)) }
      return Entry(
        kind: kind, name: parts[place], version: parts[place + 1],
        registryName: kind == .package && words.count > 3 ? words[3] : parts[place])
    }
  }

  /// The entries of `Resources/Versions.txt`.
  public static let all: ReferenceVersions = {
    do {
      return try ReferenceVersions(resource("Versions", "txt"))
    } catch {
      fatalError("the versions of what losses equal cannot be read: \(error)")
    }
  }()

  /// The `source` of every file of answers and of its cases, by the file's name.
  public static func sources() throws -> [String: [String]] {
    let folder = try Bundle.module.resourceURL.orMissing()
    var sources: [String: [String]] = [:]
    for name in try FileManager.default.contentsOfDirectory(
      atPath: folder.path(percentEncoded: false))
    where name.hasSuffix(".json") {
      let file = try JSONDecoder().decode(
        SourcedFile.self, from: Data(contentsOf: folder.appending(path: name)))
      sources[name] = ([file.source] + file.cases.map(\.source)).compactMap(\.self)
    }
    return sources
  }

  private struct SourcedFile: Decodable {
    struct Case: Decodable {
      let source: String?
    }

    let source: String?
    let cases: [Case]
  }

  private static func resource(_ name: String, _ type: String) throws -> String {
    let url = try Bundle.module.url(forResource: name, withExtension: type).orMissing()
    return try String(contentsOf: url, encoding: .utf8)
  }
}

extension URL? {
  fileprivate func orMissing() throws -> URL {
    guard let self else { throw CocoaError(.fileNoSuchFile) }
    return self
  }
}
