import ArgumentParser
import Testing

@testable import Experiments

@Suite("Suggestions")
struct SuggestionTests {
  @Test(
    "name the command that was meant",
    arguments: [
      ("swep", "sweep"), ("loss infonce", "loss info-nce"), ("loss InfoNCE", "loss info-nce"),
      ("loss nt_xent", "loss nt-xent"), ("loss NTXent", "loss nt-xent"),
      ("loss simclr", "loss nt-xent"), ("loss moko", "loss moco"), ("moco", "loss moco"),
      ("loss spucon", "loss supcon"), ("loss triplet --json", "loss triplet-margin"),
      ("train adaptor", "train adapter"), ("reproduce wangliu", "reproduce wang-liu"),
      ("help loss supcn", "loss supcon"), ("lose clip", "loss"),
    ])
  func commands(line: String, suggestion: String) throws {
    let error = #expect(throws: ValidationError.self) {
      try ExperimentsCommand.parseAsRoot(line.split(separator: " ").map { String($0) })
    }
    #expect(error?.message.hasSuffix("Did you mean '\(suggestion)'?") == true)
  }

  @Test("say where the commands are listed if none is near")
  func nothingNear() throws {
    let outcome = try ExperimentsProgram.run("loss", "zzz", "--json")
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(
      outcome.errors.hasPrefix(
        "Error: There is no command 'loss zzz'. 'Experiments loss --help' lists those there are.\n")
    )
  }

  @Test(
    "name the option's choice that was meant",
    arguments: [
      ("loss info-nce --queries q --positives k --candidates inbatch", "in-batch"),
      ("loss info-nce --queries q --positives k --batch-candidates=quries", "queries"),
      ("loss triplet-margin --distance cosin --anchors a", "cosine"),
      ("loss clip --images i --texts t --precision Duble", "double"),
      ("train adapter --loss ntxent", "nt-xent"), ("bound clip-nway", "clip-n-way"),
      ("benchmark --workload=signlip", "siglip"),
    ])
  func values(line: String, suggestion: String) throws {
    let outcome = try ExperimentsProgram.run(
      arguments: line.split(separator: " ").map { String($0) })
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(outcome.errors.contains("Did you mean '\(suggestion)'?\n"))
  }

  @Test("are not made where nothing is near, or something else is wrong")
  func noSuggestion() throws {
    for line in ["loss clip --images i --texts t --precision half", "loss clip --precision float"] {
      let outcome = try ExperimentsProgram.run(
        arguments: line.split(separator: " ").map { String($0) })
      #expect(outcome.status == 64 && !outcome.errors.contains("Did you mean"))
    }
  }

  @Test("leave every command's own name alone")
  func ownNames() {
    func check(_ tree: CommandTree, _ path: [String]) {
      #expect(UnknownCommand(in: path, of: ExperimentsCommand.self) == nil)
      for subcommand in tree.subcommands ?? [] {
        check(subcommand, path + [subcommand.commandName])
      }
    }
    check(Invocation.tree, [])
  }
}
