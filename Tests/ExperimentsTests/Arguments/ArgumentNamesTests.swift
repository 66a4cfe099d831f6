import ArgumentParser
import Contrastive
import ContrastiveFoundation
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("Names of the library's arguments")
struct ArgumentNamesTests {
  private func names<Command: ParsableArguments>(
    _ command: Command.Type, _ line: String
  ) throws -> ArgumentNames {
    ArgumentNames(of: try command.parse(line.split(separator: " ").map(String.init)))
  }

  @Test("are the files that options name")
  func files() throws {
    let moco = try names(MoCoCommand.self, "--queries q.npy --positives k.npy --queue m.npy")
    #expect(moco[.queries].name == "q.npy" && moco[.positives].name == "k.npy")
    #expect(moco[.rows].name == "m.npy" && moco[.negatives].name == "m.npy")
    let pairs = try names(
      InfoNCECommand.self,
      "--queries q.npy --positives k.npy --negatives n.npy --ids i.npy --negative-ids j.npy "
        + "--log-weights w.npy --negative-log-weights v.npy")
    #expect(pairs[.ids].name == "i.npy" && pairs[.negativeIDs].name == "j.npy")
    #expect(pairs[.logWeightsOfPositives].name == "w.npy")
    #expect(pairs[.logWeightsOfNegatives].name == "v.npy")
    #expect(try names(SupConCommand.self, "--embeddings z --mask m")[.positives].name == "m")
  }

  @Test("are the options, where these are numbers or choices")
  func options() throws {
    let views = "--view-a a.npy --view-b b.npy"
    let hard = try names(HardNegativeCommand.self, views + " --scale 2")
    #expect(hard[.positivePrior].name == "--tau-plus" && hard[.concentration].name == "--beta")
    #expect(hard[.temperature].name == "--scale 2.0, as a temperature τ")
    #expect(hard[.viewA].name == "a.npy")
    let pairs = try names(InfoNCECommand.self, "--queries q --positives k --margin 0.1")
    #expect(pairs[.falseNegatives].name == "--margin" && pairs[.margin].name == "--margin")
    #expect(pairs[.hardness].name == "--hardness")
    let prefixes = "--queries q --positives k --dims 2,4 --weights 1,2"
    #expect(try names(MatryoshkaCommand.self, prefixes)[.weights].name == "--weights")
    #expect(try names(Sweep.self, "--maximum 2")[.temperature].name == "--minimum, --maximum")
  }

  @Test("are the library's own, where no option gives them")
  func unknown() throws {
    let loss = try names(ToleranceCommand.self, "--embeddings z --labels y")
    #expect(loss[.bank] == .bank && loss[.positives] == .positives)
  }

  @Test("are in what Foundation says of an error")
  func localized() throws {
    let error = ContrastiveError(.queries, row: 3, .notFinite)
    #expect((error as any Error).localizedDescription == error.description)
    let missing = ArrayFileError.notFound(path: "q.npy")
    #expect((missing as any Error).localizedDescription == missing.description)
  }

  @Test("are in the error of a number of weights that is not that of the prefixes")
  func weights() throws {
    let folder = try TemporaryFolder()
    try Matrix<Float>.random(rowCount: 4, columnCount: 8, seed: 1).write(to: folder.path("q.npy"))
    let outcome = try ExperimentsProgram.run(
      "loss", "matryoshka", "--queries", folder.path("q.npy"), "--positives",
      folder.path("q.npy"),
      "--dims", "2,8", "--weights", "1,2,3")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("--weights: expected 2"), "\(outcome.errors)")
  }
}
