import Foundation

/// What a command left in a folder, as it told in the folder's record.
struct EarlierResults: Sendable {
  /// The command's name, and when it wrote them.
  let command: String
  let date: String

  private let folder: URL
  private let names: Set<String>
  private let recorded: Date

  /// The members of a record that are read again.
  private struct Record: Decodable {
    let command: String
    let date: String
    /// Absent in records of older versions, none of whose files is known for a command's.
    let files: [String]?
  }

  /// The member of a record that lists the files.
  static let filesKey = "files"

  /// Reads a folder's record; nil if there is none that a command wrote.
  init?(in folder: URL, record name: String) {
    let file = folder.appending(path: name)
    guard let data = try? Data(contentsOf: file),
      let record = try? JSONDecoder().decode(Record.self, from: data),
      let recorded = Self.changeDate(of: file)
    else { return nil }
    self.folder = folder
    self.recorded = recorded
    (command, date) = (record.command, record.date)
    names = Set(record.files ?? []).filter { !$0.contains("/") }.union([name])
  }

  /// The files that the command wrote and nobody changed since: the record is written last.
  var files: [String] { names.filter(contains).sorted() }

  /// Whether a file is one of them.
  func contains(_ name: String) -> Bool {
    guard names.contains(name), let date = Self.changeDate(of: folder.appending(path: name))
    else { return false }
    return date <= recorded
  }

  private static func changeDate(of file: URL) -> Date? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.filePath)
    return attributes?[.modificationDate] as? Date
  }
}
