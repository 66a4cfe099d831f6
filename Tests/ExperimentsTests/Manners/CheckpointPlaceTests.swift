import ArgumentParser
import Contrastive
import ContrastiveCheckpoints
import ContrastiveTraining
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("A checkpoint's place")
struct CheckpointPlaceTests {
  /// Runs a training that takes no time, and returns its error.
  private func failure(
    _ checkpoint: String, _ further: [String] = [], in folder: borrowing TemporaryFolder
  ) throws -> (status: Int32, errors: String) {
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    let outcome = try ExperimentsProgram.run(
      arguments: ["train", "adapter", "--epochs", "1", "--batch", "16"] + files
        + ["--checkpoint", folder.path(checkpoint)] + further)
    return (outcome.status, outcome.errors)
  }

  @Test("is tried before anything is trained, and left as it was")
  func tried() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "mine.safetensors")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: "mine.safetensors")
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "folder"), withIntermediateDirectories: false)
    for name in ["none/run.safetensors", "link", "folder"] {
      let (status, errors) = try failure(name, in: folder)
      // Refused first, and not where an epoch's end would have written it.
      #expect(status == 73, "\(errors)")
      #expect(errors.hasPrefix("error: --checkpoint \(folder.path(name)): "), "\(errors)")
    }
    #expect(try folder.text(of: "mine.safetensors") == "mine")
    #expect(try failure("run.safetensors", in: folder).status == 0)
    #expect(
      try folder.names() == [
        "folder", "k.npy", "link", "mine.safetensors", "q.npy", "run.safetensors",
      ])
  }

  @Test("is none of the results' names", arguments: ["adapter.safetensors", "result.json"])
  func ofResults(name: String) throws {
    let folder = try TemporaryFolder()
    let output = ["--output", folder.path("out")]
    let (status, errors) = try failure("out/\(name)", output, in: folder)
    #expect(status == 73 && errors.contains("is what a result is called in"), "\(errors)")
    #expect(try failure("out/run.safetensors", output, in: folder).status == 0)
    #expect(try folder.names(in: "out").contains("run.safetensors"))
  }

  @Test("holding another kind of training is refused in the command's words")
  func otherKinds() throws {
    let folder = try TemporaryFolder()
    let learned = ["--temperature-mode", "learned"]
    #expect(try failure("learned.safetensors", learned, in: folder).status == 0)
    #expect(try failure("fixed.safetensors", in: folder).status == 0)
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    let command = try TrainAdapter.parse(["--epochs", "1", "--batch", "16"] + files)
    var ofSweep = try AdapterTraining(
      command.adapter, data: command.adapter.data(),
      temperature: .scheduled(.constant(Temperature(0.05))), seed: 1, options: ComputeOptions())
    _ = try ofSweep.step()
    try ofSweep.save(to: folder.path("sweep.safetensors"))
    for (name, options) in [
      ("learned.safetensors", []), ("fixed.safetensors", learned), ("sweep.safetensors", []),
    ] {
      let (status, errors) = try failure(name, options, in: folder)
      #expect(status != 0 && errors.contains("holds a training with other settings"), "\(errors)")
    }
  }
}
