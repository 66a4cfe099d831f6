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
    #expect(try folder.names(in: "a/b") == ["x.txt"])
    #expect(try folder.text(of: "a/b/x.txt") == "1")
  }

  @Test("that exists keeps its other files, but for obsolete ones")
  func replacesFiles() throws {
    let folder = try TemporaryFolder()
    for name in ["x.txt", "other.txt", "old.png", "new.png"] {
      try folder.write("old", to: name)
    }
    let count = try OutputFolder(folder.path("")).write(removing: ["old.png", "new.png"]) {
      staging in
      try Data("new".utf8).write(to: staging.appending(path: "x.txt"))
      try Data("new".utf8).write(to: staging.appending(path: "new.png"))
      return 2
    }
    #expect(count == 2)
    #expect(try folder.names() == ["new.png", "other.txt", "x.txt"])
    #expect(try folder.text(of: "x.txt") == "new")
    #expect(try folder.text(of: "new.png") == "new")
    #expect(try folder.text(of: "other.txt") == "old")
  }

  @Test("is as it was when writing fails", arguments: ["", "a/b"])
  func failedWrite(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "x.txt")
    let output = try OutputFolder(folder.path(name))
    let failure = #expect(throws: CommandFailure.self) {
      try output.write { staging in
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
    let output = try OutputFolder(folder.path("new"))
    #expect(throws: CommandFailure("x: is bad; give a good one")) {
      try output.write { _ in throw CommandFailure("x: is bad; give a good one") }
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
    #expect(try folder.names(in: "real") == ["x.txt"])
  }
}
