import Foundation

/// What a command wrote by `--output`, read again for a page.
struct ResultsFolder: Sendable {
  /// The folder's name, which tells one section of a page from the others.
  let name: String
  let document: ReportDocument

  /// The pictures that were drawn, by their names, as SVG.
  let pictures: [String: String]

  /// How the results came about: names and values of `run.json`.
  let record: [(name: String, value: String)]

  /// When it was run, if its record tells.
  let date: Date?

  /// The words that were given to the command, but for where its results go; nil if another command ran it.
  let invocation: String?

  /// Reads a folder.
  ///
  /// - Returns: nil if it holds no `report.json`: it is not a command's.
  /// - Throws: `CommandFailure` naming the file that cannot be read.
  init?(_ folder: URL) throws(CommandFailure) {
    let file = folder.appending(path: ReportDocument.fileName)
    guard FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else {
      return nil
    }
    name = folder.lastPathComponent
    do {
      document = try JSONDecoder().decode(ReportDocument.self, from: Data(contentsOf: file))
    } catch {
      throw CommandFailure(
        "\(file.path(percentEncoded: false)): is not what this version of a command writes; run "
          + "the command again with --output")
    }
    pictures = Dictionary(
      uniqueKeysWithValues: document.figures.compactMap { figure in
        let picture = folder.appending(path: "\(figure.name).svg")
        return (try? String(contentsOf: picture, encoding: .utf8)).map { (figure.name, $0) }
      })
    let record = Self.record(in: folder.appending(path: Report.recordName))
    self.record = record.sorted { $0.key < $1.key }.map { ($0.key, Self.text($0.value)) }
    date = Self.date(in: record)
    invocation = CommandWords(record: record)?.text
  }

  /// The results in a folder of results that tell of the folders in it, as those of `reproduce all` do, and the
  /// names of those folders that were run after them: of these they tell what was before.
  static func summary(
    in path: String, of found: [ResultsFolder]
  ) -> (file: String, outdatedBy: [String])? {
    let folder = URL(filePath: path, directoryHint: .isDirectory)
    let file = folder.appending(path: ReportDocument.fileName).path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: file),
      let date = date(in: record(in: folder.appending(path: Report.recordName)))
    else { return nil }
    return (file, found.filter { $0.date.map { $0 > date } ?? false }.map(\.name))
  }

  private static func date(in record: [String: JSON]) -> Date? {
    guard case .string(let text)? = record["date"] else { return nil }
    return try? Date(text, strategy: .iso8601)
  }

  /// The folders of results that are directly in a folder, or the folder itself if there are none.
  ///
  /// Reproductions come first, in their own order, then others by name.
  ///
  /// - Throws: `CommandFailure` if there is no such folder, or none with results.
  static func all(in path: String) throws(CommandFailure) -> [ResultsFolder] {
    let folder = URL(filePath: path, directoryHint: .isDirectory)
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      let isFile = FileManager.default.fileExists(atPath: path)
      throw CommandFailure(
        isFile
          ? "\(path): is no folder that can be read; give one of results"
          : "\(path): there is no such folder", status: .missingFile)
    }
    var found: [ResultsFolder] = []
    for name in names.sorted() {
      if let results = try ResultsFolder(folder.appending(path: name)) { found.append(results) }
    }
    if found.isEmpty, let results = try ResultsFolder(folder) { found = [results] }
    guard !found.isEmpty else {
      throw CommandFailure(
        "\(path): holds no results; make some with a command's --output, for example "
          + "Experiments reproduce all --output \(path)")
    }
    let order = Reproduce.all.map { $0.name }
    return found.enumerated().sorted { a, b in
      let places = [a, b].map { order.firstIndex(of: $0.element.name) ?? order.count }
      return (places[0], a.offset) < (places[1], b.offset)
    }.map(\.element)
  }

  private static func record(in file: URL) -> [String: JSON] {
    guard let data = try? Data(contentsOf: file),
      let members = try? JSONDecoder().decode([String: JSON].self, from: data)
    else { return [:] }
    return members.filter { $0.key != EarlierResults.filesKey }
  }

  private static func text(_ value: JSON) -> String {
    switch value {
    case .array(let elements): elements.map(text).joined(separator: " ")
    case .object(let object):
      object.members.map { "\($0.key) = \(text($0.value))" }.joined(separator: ", ")
    case .string(let string): string
    case .number, .integer, .boolean: value.description
    }
  }
}
