import Foundation
import Testing

@testable import Experiments

@Suite("OutputFolder")
struct OutputFolderTests {
  private struct Interruption: Error {}

  @Test("appears with its files, and with the folders it is in")
  func createsFolders() throws {
    let folder = try TemporaryFolder()
    try OutputFolder(folder.path("a/b")).write { staging in
      try Data("1".utf8).write(to: staging.appending(path: "x.txt"))
    }
    #expect(try folder.names() == ["a"])
    #expect(try folder.names(in: "a/b") == ["run.json", "x.txt"])
    #expect(try folder.text(of: "a/b/x.txt") == "1")
  }

  private func write(
    _ names: [String], to folder: borrowing TemporaryFolder, isForced: Bool = false
  ) throws {
    try OutputFolder(folder.path(""), isForced: isForced).write(record: [
      "command": "temperature-example", "date": "today",
    ]) {
      staging in
      for name in names { try Data("new".utf8).write(to: staging.appending(path: name)) }
    }
  }

  @Test("that exists keeps its other files, but for those of an earlier run")
  func replacesFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "other.txt")
    try write(["x.txt", "old.png"], to: folder)
    try write(["x.txt", "new.png"], to: folder)
    #expect(try folder.names() == ["new.png", "other.txt", "run.json", "x.txt"])
    #expect(try folder.text(of: "other.txt") == "old")
  }

  @Test(
    "replaces nothing that no run wrote as it is, but by force", arguments: ["x.txt", "run.json"])
  func foreignFiles(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: name)
    let failure = #expect(throws: CommandFailure.self) { try write(["x.txt"], to: folder) }
    #expect(failure?.status == .cannotCreate)
    #expect(failure?.description.hasPrefix(folder.path(name) + ": ") == true)
    #expect(try folder.names() == [name] && folder.text(of: name) == "mine")
    try write(["x.txt"], to: folder, isForced: true)
    #expect(try folder.text(of: "x.txt") == "new")
  }

  @Test("keeps what was changed since a run wrote it")
  func changedFiles() throws {
    let folder = try TemporaryFolder()
    try write(["x.txt", "y.txt"], to: folder)
    try folder.write("mine", to: "x.txt")
    #expect(throws: CommandFailure.self) { try write(["x.txt"], to: folder) }
    try write(["y.txt"], to: folder)
    #expect(try folder.text(of: "x.txt") == "mine")
  }

  @Test("puts no file in the place of a folder, and a file in that of a link")
  func otherKinds() throws {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    try folder.write("mine", to: "mine.txt")
    try files.createSymbolicLink(
      atPath: folder.path("x.txt"), withDestinationPath: folder.path("mine.txt"))
    try files.createDirectory(
      at: folder.url.appending(path: "y.txt"), withIntermediateDirectories: false)
    #expect(throws: CommandFailure.self) { try write(["x.txt"], to: folder) }
    #expect(throws: CommandFailure.self) { try write(["y.txt"], to: folder, isForced: true) }
    try write(["x.txt"], to: folder, isForced: true)
    #expect(try folder.text(of: "mine.txt") == "mine" && folder.text(of: "x.txt") == "new")
  }

  @Test("is cleared of what a killed process was writing")
  func leftovers() throws {
    let folder = try TemporaryFolder()
    for name in [".partial-\(UUID().uuidString)/half", ".partial-download/mine"] {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: name), withIntermediateDirectories: true)
    }
    try write(["x.txt"], to: folder)
    #expect(try folder.names() == [".partial-download", "run.json", "x.txt"])
  }

  @Test("is as it was when writing fails", arguments: ["", "a/b"])
  func failedWrite(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "x.txt")
    let failure = #expect(throws: CommandFailure.self) {
      try OutputFolder(folder.path(name)).write { staging in
        try Data("new".utf8).write(to: staging.appending(path: "x.txt"))
        throw Interruption()
      }
    }
    #expect(failure?.status == .inputOutput)
    #expect(try folder.names() == ["x.txt"])
    #expect(try folder.text(of: "x.txt") == "old")
  }

  @Test("passes a failure of the writing function on as it is")
  func ownFailure() throws {
    let folder = try TemporaryFolder()
    #expect(throws: CommandFailure("x: is bad; give a good one")) {
      try OutputFolder(folder.path("new")).write { _ in
        throw CommandFailure("x: is bad; give a good one")
      }
    }
    #expect(try folder.names() == [])
  }

  @Test("cannot be a file, or in one", arguments: ["file", "file/inner"])
  func fileInTheWay(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    let failure = #expect(throws: CommandFailure.self) { try OutputFolder(folder.path(name)) }
    #expect(failure?.status == .cannotCreate)
    #expect(failure?.description.hasPrefix(folder.path(name) + ": ") == true)
  }

  @Test("cannot be where a link leads to nothing, which its error says")
  func danglingLink() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: "nowhere")
    let failure = #expect(throws: CommandFailure.self) {
      try OutputFolder(folder.path("link")).write { _ in }
    }
    #expect(failure?.status == .cannotCreate)
    #expect(
      failure?.description.contains("link: is a link to 'nowhere', where there is no") == true)
  }

  @Test("is found through a symbolic link")
  func symbolicLink() throws {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    try files.createDirectory(
      at: folder.url.appending(path: "real"), withIntermediateDirectories: false)
    try files.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("real"))
    try OutputFolder(folder.path("link")).write { staging in
      try Data().write(to: staging.appending(path: "x.txt"))
    }
    #expect(try folder.names(in: "real") == ["run.json", "x.txt"])
  }
}
