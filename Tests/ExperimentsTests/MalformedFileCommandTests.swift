import Foundation
import TestSupport
import Testing

/// The built program on files that no reader may accept.
@Suite("The loss command refuses a malformed file")
struct MalformedFileCommandTests {
  // Every third: a process each. The library's own test reads them all.
  static let files = MalformedFiles.all(seed: 65).enumerated()
    .filter { $0.offset.isMultiple(of: 3) }.map(\.element)

  @Test("with one line that names it, status 65, and nothing else", arguments: files)
  func malformed(_ file: MalformedFile) throws {
    let folder = try TemporaryFolder()
    let path = folder.path(file.description)
    try Data(file.bytes).write(to: URL(filePath: path))
    let outcome = try ExperimentsProgram.run(
      "loss", "uniformity", "--embeddings", path, "--gradients", folder.path("gradients"),
      "--output", folder.path("output"), "--json")
    #expect(Self.files.count >= 40)
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(file.description))
    #expect(try folder.names() == [file.description])
  }

  @Test("and a missing one with status 66")
  func missing() throws {
    let outcome = try ExperimentsProgram.run(
      "loss", "uniformity", "--embeddings", "nowhere.npy", "--json")
    #expect(outcome.status == 66)
    #expect(outcome.output.isEmpty && outcome.errorLines.count == 1)
  }
}
