import ArgumentParser
import Contrastive
import Foundation
import Testing

@testable import Experiments

@Suite("A sweep's folder of runs")
struct ForeignFilesTests {
  @Test("leaves what others keep in its folder, hidden or not, by force too")
  func foreignFiles() throws {
    let folder = try TemporaryFolder()
    let inputs = InputFiles(of: try TemperatureExample.parse([]))
    let foreign = [
      ".contrastive-notes", ".gitkeep", "notes.json", "notes.safetensors", "tau-x-seed-1.json",
    ]
    func open(epochs: Int) throws {
      _ = try SweepFolder(
        folder.path("out"), settings: ["epochs": epochs], inputs: inputs, force: true)
    }
    try open(epochs: 10)
    for name in foreign + ["tau-1e-05-seed-1-epochs-40.json", "tau-0.1-seed-2.safetensors"] {
      try folder.write("", to: "out/runs/\(name)")
    }
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "out/runs/.git/objects"), withIntermediateDirectories: true)
    try open(epochs: 10)
    #expect(try folder.names(in: "out/runs").count == foreign.count + 4)
    try open(epochs: 20)
    #expect(
      try folder.names(in: "out/runs") == (foreign + [".git", "settings.json"]).sorted())
    #expect(try folder.names(in: "out/runs/.git") == ["objects"])
    // Nor is a folder of a run's name taken for one.
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "out/runs/tau-0.1-seed-1.json/mine"),
      withIntermediateDirectories: true)
    #expect(throws: CommandFailure.self) { try open(epochs: 30) }
    #expect(try folder.names(in: "out/runs/tau-0.1-seed-1.json") == ["mine"])
  }
}
