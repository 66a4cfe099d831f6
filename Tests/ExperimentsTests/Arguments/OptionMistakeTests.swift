import Contrastive
import Testing

@testable import Experiments

@Suite("Options that no command can mean")
struct OptionMistakeTests {
  private func error(_ line: String) throws -> String {
    let outcome = try ExperimentsProgram.run(
      arguments: line.split(separator: " ").map { String($0) })
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    let first = try #require(outcome.errorLines.first)
    #expect(first.hasPrefix("Error: "))
    return String(first.dropFirst(7))
  }

  @Test(
    "are named with what was meant, whatever else is missing",
    arguments: [
      ("loss info-nce --querys q --positives k", "--queries"),
      ("loss info-nce --queries q --postives k", "--positives"),
      ("loss clip --imags=i --texts t", "--images"), ("loss clip -images i --texts t", "--images"),
      ("loss supcon --embedings z --labels y", "--embeddings"),
      ("benchmark --worklaod clip", "--workload"), ("sweep --temprature 1", "--minimum"),
      ("--negative 3", "--negatives"), ("train sweep --seed 3", "--seeds"),
      ("train adapter --sampel 3", "--sample"),
      ("bound info-nce-simplex --negative 3", "--negatives"),
      ("loss info-nce --positives k --pricision float", "--precision"),
    ])
  func misspelt(line: String, option: String) throws {
    let message = try error(line)
    guard line != "sweep --temprature 1" else {
      #expect(
        message
          == "Unknown option '--temprature'. 'Experiments sweep --help' lists those there are.")
      return
    }
    #expect(message.hasPrefix("Unknown option '-"))
    #expect(message.hasSuffix("Did you mean '\(option)'?"), "\(message)")
  }

  @Test(
    "are told with the usage of the command that was called", arguments: ["choose", "train sweep"])
  func usage(command: String) throws {
    let words = command.split(separator: " ").map { String($0) }
    let lines = try ExperimentsProgram.run(arguments: words + ["--epoch", "3"]).errorLines
    #expect(lines.first == "Error: Unknown option '--epoch'. Did you mean '--epochs'?")
    #expect(lines.contains { $0.hasPrefix("Usage: Experiments \(command) ") })
    #expect(
      lines.contains { $0.hasSuffix("See 'Experiments \(command) --help' for more information.") })
  }

  @Test(
    "are refused where each is given twice and one would be lost",
    arguments: [
      ("sweep --steps 3 --steps 4", "--steps: is given 2 times, as 3 and 4; give it once."),
      (
        "sweep --steps=3 --rows 5 --steps=3", "--steps: is given 2 times, as 3 and 3; give it once."
      ),
      (
        "loss info-nce --queries q --positives k --queries p",
        "--queries: is given 2 times, as q and p; give it once."
      ),
      (
        "softmax-temperature --values 1 2 --temperature 1 --temperature 2 --temperature 3",
        "--temperature: is given 3 times, as 1 and 2 and 3; give it once."
      ),
      ("--dimension 3 --dimension 4", "--dimension: is given 2 times, as 3 and 4; give it once."),
    ])
  func repeated(line: String, message: String) throws {
    #expect(try error(line) == message)
  }

  @Test("add up where an option is a list, and may be flags")
  func lists() throws {
    let line = "softmax-temperature --values 1 2 --values 3 --json --json"
    let outcome = try ExperimentsProgram.run(
      arguments: line.split(separator: " ").map { String($0) })
    #expect(outcome.status == 0, "\(outcome.errors)")
    // Behind a terminator nothing is an option.
    let behind = try ExperimentsCommand.parseAsRoot(["report", "--", "distillation"])
    #expect(behind is ReportPage)
  }

  @Test(
    "are refused without the option that they belong to",
    arguments: [
      (
        "loss info-nce --queries q --positives k --margin-kind relative",
        "--margin-kind: needs --margin"
      ),
      (
        "loss info-nce --queries q --positives k --margin 0 --guide-queries q --guide-positives k "
          + "--guide-negatives n", "--guide-negatives: needs --negatives"
      ),
      (
        "loss info-nce --queries q --positives k --negatives n --margin 0 --guide-queries q "
          + "--guide-positives k", "--guide-negatives: --negatives need it"
      ),
      (
        "loss info-nce --queries q --positives k --ids i --negative-ids n",
        "--negative-ids: needs --negatives"
      ),
      (
        "loss info-nce --queries q --positives k --log-weights w --negative-log-weights n",
        "--negative-log-weights: needs --negatives"
      ),
      (
        "loss info-nce --queries q --positives k --negatives n --log-weights w",
        "--negative-log-weights: --negatives need it"
      ),
      (
        "loss info-nce --queries q --positives k --negatives n --candidates paired --log-weights w",
        "--negative-log-weights: --negatives need it"
      ),
      (
        "loss info-nce --queries q --positives k --negatives n --candidates paired --ids i",
        "--ids: paired negatives are lists of each query's own"
      ),
      (
        "loss info-nce --queries q --positives k --negatives n --candidates paired --margin 0",
        "--margin: paired negatives are lists of each query's own"
      ),
      (
        "loss info-nce --queries q --positives k --negatives n --batch-candidates queries",
        "--batch-candidates: shared negatives are not of the batch"
      ),
      (
        "loss info-nce --queries q --positives k --hardness 1 --temperatures t",
        "--hardness: needs one temperature"
      ),
      (
        "loss supcon --embeddings z --labels y --reduction mean-over-non-zero",
        "--reduction mean-over-non-zero: is of losses with a margin, whose terms can be exactly 0: "
          + "triplet-margin, contrastive, c-contrastive, c-triplet"
      ),
      ("benchmark --workload moco --points 3", "--points: needs --scaling"),
      ("benchmark", "--workload: name one"), ("benchmark --compare --scaling", "--compare draws"),
      ("benchmark --workload clip --negatives 3", "--negatives: clip has none"),
      ("sweep --seed 3", "--seed: needs --sample"),
      ("explain-loss --loss 1 --batch 4 --temperature 1 --seed 3", "--seed: needs --queries"),
      ("losses --markdown --force", "--markdown goes to standard output"),
      ("train sweep --sample-seed 3", "--sample-seed: needs --sample"),
      ("train adapter --sample 3 --rows 3", "--rows and --sample both choose rows"),
      ("sweep --steps 2 --rows 4 --force", "--force: needs --output"),
      ("train sweep --seeds 0", "--seeds: expected at least 1, found 0"),
      ("train sweep --seeds 3,-1", "--seeds: expected seeds from 0 on, found -1"),
    ])
  func dependent(line: String, message: String) throws {
    let found = try error(line)
    #expect(found.hasPrefix(message), "\(found)")
  }

  @Test(
    "are refused where they ask for more than anything has",
    arguments: [
      (
        "explain-loss --loss 1 --temperature 1 --negatives 9223372036854775807",
        "--negatives: expected at most 9007199254740991"
      ),
      (
        "explain-loss --loss 1 --temperature 1 --batch 9223372036854775807",
        "--batch: expected at most 9007199254740991"
      ),
      ("train adapter --epochs 9000000000000000000", "--epochs: expected at most 1000000000"),
      ("choose --epochs 9000000000000000000", "--epochs: expected at most 1000000000"),
      ("sweep --steps 9000000000000000000", "--steps: expected at most 10000"),
      ("choose --seeds 20240501", "--seeds: one number is how many, expected at most 1000"),
      (
        "audit --negatives-output n.npy --last-rank 9000000000000000000",
        "--last-rank: expected at most 1000000"
      ),
    ])
  func excessive(line: String, message: String) throws {
    let found = try error(line)
    #expect(found.hasPrefix(message), "\(found)")
  }

  @Test("of mined negatives end with the keys that there are")
  func lastRank() throws {
    let folder = try TemporaryFolder()
    let files = try NoisyPairs(rowCount: 20).write(to: folder)
    _ = try Audit.report(
      files + ["--negatives-output", folder.path("mined.npy"), "--last-rank", "1000000"])
    #expect(try FileArray(reading: folder.path("mined.npy")).shape == [20, 5])
  }

  @Test("of a mean over terms above 0 are taken by losses that have such terms, and no others")
  func meanOverNonZero() throws {
    let folder = try TemporaryFolder()
    try Invocation.writeInputs(to: folder)
    var losses: Set<String> = []
    for invocation in Invocation.losses where invocation.words.contains("mean") {
      let words = invocation.arguments(in: folder).map {
        $0 == "mean" ? "mean-over-non-zero" : $0
      }
      let outcome = try ExperimentsProgram.run(arguments: words)
      if outcome.status == 0 { losses.insert(invocation.words[1]) }
      #expect(outcome.status == 0 || outcome.errors.contains("--reduction mean-over-non-zero"))
    }
    #expect(losses == Set(Losses.all.filter { $0.hasHinge }.map { $0.commandName }))
    #expect(losses.count == 4)
  }
}
