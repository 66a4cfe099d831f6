import ArgumentParser
import Contrastive
import Foundation

/// What a number on the screen means: where a loss lies between its floor and chance.
struct ExplainLoss: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain-loss",
    abstract:
      "Read a loss: between floor and chance, in information, and beside your own embeddings.",
    discussion: """
      The loss is InfoNCE's or one of CLIP's kind, of a batch whose pairs are each other's negatives, or of a query \
      against --negatives of a queue. With files it is set beside what your embeddings have at that batch and τ, and at \
      batches from 64 to a million.

      Example:
        Experiments explain-loss --loss 5.9 --batch 4096 --temperature 0.07
      """)

  @Option(help: ArgumentHelp("The loss, in nats.", valueName: "nats"))
  var loss: Double
  @Option(help: ArgumentHelp("Pairs of the batch, each other's negatives.", valueName: "n"))
  var batch: Int?
  @Option(
    help: ArgumentHelp("Negatives of each query instead, as of a queue.", valueName: "n"))
  var negatives: Int?
  @OptionGroup var temperatureOptions: TemperatureOptions
  @Option(help: "N × d: your queries. \(PairOptions.formats)")
  var queries: String?
  @Option(help: "N × d: row i is the positive of query i.")
  var keys: String?
  @Option(help: "What batches of your rows are drawn by; 1 without it.")
  var seed: UInt64?
  @OptionGroup var outputOptions: OutputOptions

  var resultNames: ResultNames? {
    ResultNames(tables: [Self.levelsName, Self.curveName], plots: [Self.plotName])
  }

  /// Candidates are numbers of Double, in which all up to 2⁵³ are exact.
  private static let greatestCount = (1 << 53) - 1

  static let levelsName = "explain-loss"
  static let curveName = "explain-loss-batches"
  static let plotName = "explain-loss-curve"

  func validate() throws {
    guard loss.isFinite, loss >= 0 else {
      throw ValidationError("--loss: expected a finite number, at least 0, found \(loss).")
    }
    guard (batch == nil) != (negatives == nil) else {
      throw ValidationError(
        "--batch or --negatives: expected one of the two, which say how many candidates there were."
      )
    }
    for (name, value) in [("--batch", batch ?? 2), ("--negatives", negatives ?? 1)]
    where value < (name == "--batch" ? 2 : 1) {
      throw ValidationError(
        "\(name): expected at least \(name == "--batch" ? 2 : 1), found \(value).")
    }
    for (name, value) in [("--batch", batch ?? 2), ("--negatives", negatives ?? 1)]
    where value > Self.greatestCount {
      throw ValidationError("\(name): expected at most \(Self.greatestCount), found \(value).")
    }
    guard (queries == nil) == (keys == nil) else {
      throw ValidationError("--queries and --keys go together: give both or neither.")
    }
    guard seed == nil || queries != nil else {
      throw ValidationError("--seed: needs --queries and --keys, of which batches are drawn.")
    }
  }

  /// How many candidates a query has, its own key among them.
  var candidateCount: Int { batch ?? (negatives ?? 0) + 1 }

  private func candidates(_ count: Int) -> CandidateSet {
    batch != nil ? .inBatch(size: count) : .free(negatives: count - 1)
  }

  func report(progress: ProgressLine) throws -> Report {
    let temperature = try temperatureOptions.temperature(default: nil)
    let ruler = try LossRuler(
      loss: loss, candidates: candidates(candidateCount), temperature: temperature)
    let curve = try self.curve(at: temperature)
    let own = try curve?.point(size: candidateCount)
    let levels = levels(ruler, own: own)
    let batches = try curve.map { try batchTable($0, progress: progress) }
    var report = Report(
      title: "A loss of \(loss.text(digits: 4)) among \(candidateCount) candidates at τ = "
        + "\(temperature.value.text(digits: 3))",
      explanation: explanation(ruler, own: own), tables: [levels] + [batches].compactMap(\.self))
    let sentence = sentence(ruler, own: own)
    report.conclusion = sentence
    report.notes = notes(ruler) + [batches.flatMap(Self.note)].compactMap(\.self)
    if let batches { report.plots = [plot(batches, ruler, pairCount: curve?.pairCount ?? 0)] }
    report.result = [
      "sentence": sentence, "loss": loss, "candidates": candidateCount,
      "temperature": temperature.value,
      "floor": ruler.floor, "chance": ruler.chance, "place": ruler.place(of: loss),
      // Above chance it says nothing, and may be more than a number can be.
      "perplexity": ruler.perplexity.isFinite ? ruler.perplexity : nil,
      "mutualInformation": ruler.information,
      "mutualInformationCap": ruler.informationCap, "own": own?.loss,
      "ownIsExtrapolated": own?.isExtrapolated, "batches": batches,
    ]
    return report
  }

  private func curve(at temperature: Temperature) throws -> BatchCurve? {
    guard let queries, let keys else { return nil }
    let q = try RowSource<Float>(readArray(queries))
    let k = try RowSource<Float>(readArray(keys))
    guard (q.rowCount, q.columnCount) == (k.rowCount, k.columnCount), q.rowCount > 1 else {
      throw CommandFailure(
        "\(keys): expected \(q.rowCount) × \(q.columnCount), as \(queries), and two rows at least, found "
          + "\(k.rowCount) × \(k.columnCount)"
          + (HeadingRemarks.ofCounts(q.rowCount, k.rowCount, in: [queries, keys]).map { "; \($0)" }
            ?? ""))
    }
    do {
      return try BatchCurve(
        queries: q.matrix, keys: k.matrix, temperature: temperature, seed: seed ?? 1)
    } catch {
      let error = error.naming([.queries: queries, .positives: keys])
      throw CommandFailure(ofFloatRange: error, remedy: "scale the rows down") ?? error
    }
  }
}
