import ArgumentParser
import Contrastive
import ContrastiveTraining
import Foundation

/// In-batch InfoNCE on the user's embeddings over a grid of temperatures.
struct Sweep: InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "See what each temperature does to InfoNCE on your own embeddings.",
    discussion: """
      Row i of the queries belongs to row i of the keys; all other keys are its negatives, but those \
      of its id where --ids gives some. Accuracies are of ranks 1 + #greater + #equal/2. Without files, descriptions of Python functions look for the functions' names: 5000 pairs of real \
      sentence embeddings.

      Example:
        Experiments sweep --queries q.npy --keys k.npy --output results/sweep
      """)

  @OptionGroup var pairOptions: PairOptions
  @OptionGroup var rowOptions: RowOptions
  @Option(help: "The seed of --sample; 1 without it.")
  var seed: UInt64?
  @Option(help: ArgumentHelp("The smallest temperature.", valueName: "τ"))
  var minimum = 0.005
  @Option(help: ArgumentHelp("The largest temperature; 2 without it.", valueName: "τ"))
  var maximum: Double?
  @Option(help: ArgumentHelp("How many temperatures, evenly on a log scale.", valueName: "n"))
  var steps = 17
  @Option(help: "The arithmetic: float or double.")
  var precision = Precision.float
  @OptionGroup var againstOptions: AgainstOptions
  @OptionGroup var outputOptions: OutputOptions

  var resultNames: ResultNames? {
    ResultNames(
      tables: ["sweep"] + (rowOptions.sample == nil ? [] : [Report.sampleName])
        + (againstOptions.against.isEmpty ? [] : Self.againstNames),
      plots: Self.plotNames)
  }

  private static let againstNames = ["sweep-against", "sweep-models", "sweep-models-rows"]

  func validate() throws {
    try rowOptions.requireSample(for: "--seed", seed)
    guard 1...10_000 ~= steps else {
      throw ValidationError(
        "--steps: expected \(steps < 1 ? "at least 1" : "at most 10000"), found \(steps).")
    }
    let maximum = largest
    guard minimum <= maximum, (try? Temperature(minimum)) != nil,
      (try? Temperature(maximum)) != nil
    else {
      throw ValidationError(
        "--minimum and --maximum: expected 0 < minimum ≤ maximum, found \(minimum) and \(maximum).")
    }
    guard steps > 1 || self.maximum == nil || maximum == minimum else {
      throw ValidationError(
        "--steps 1: is one temperature, and --minimum \(minimum) and --maximum \(maximum) are two; give --steps 2 or "
          + "more, or --minimum alone.")
    }
  }

  func report(progress: ProgressLine) throws -> Report {
    switch precision {
    case .float: try report(as: Float.self, progress: progress)
    case .double: try report(as: Double.self, progress: progress)
    }
  }

  private func report<Scalar: FileScalar>(
    as scalar: Scalar.Type, progress: ProgressLine
  ) throws -> Report {
    let files = try pairOptions.files()
    let (sources, allIDs, choice) = try pairs(files, as: scalar)
    let (q, k, ids) = (choice(sources.queries), choice(sources.keys), allIDs.map { choice($0) })
    let count = q.rowCount
    var doneCount = 0
    progress.update("sweep", doneCount, of: count, "queries")
    let points: [SweepPoint<Scalar>]
    do {
      points = try InfoNCE(temperature: 1).sweep(
        queries: q, positives: k, excluding: ids.map { .equalIDs($0) } ?? .none,
        temperatures: try temperatures(), keepingTerms: true
      ) {
        doneCount = $0
        progress.update("sweep", doneCount, of: count, "queries")
        return !Interruption.isRequested
      }
    } catch let error as ContrastiveError {
      throw ArgumentNames(
        of: self, bundled: [.queries: files.queries, .positives: files.keys]
      ).failure(choice.ofFileRows(error), remedy: "--precision double reads it")
    }
    // The temperature orders nothing anew: one of several right keys is enough, at all of them. That is
    // known of all queries only.
    let ranks =
      try doneCount == count ? ids.map { try RetrievalRanks(queries: q, keys: k, ids: $0) } : nil
    var table = Table("sweep", columns: Self.columns)
    for point in points {
      let (seen, loss, temperature) = (point.diagnostics, Double(point.value), point.temperature)
      let negatives = NegativeQuantiles(point.entropies)
      // Of hundreds of queries a mean is normal.
      let error = 1.96 * (point.terms ?? []).map { Double($0) }.standardError
      table.append(
        temperature.value, temperature.scale, loss, seen.floor, seen.floorShare, seen.chance,
        ids == nil ? seen.top1Accuracy : ranks?.recall(at: 1),
        ids == nil ? seen.top5Accuracy : ranks?.recall(at: 5),
        seen.gradientEntropy, seen.effectiveNegatives,
        // Proved for independent pairs, all of which are candidates.
        // Above chance a loss certifies nothing, and information is never below 0.
        ids == nil ? max(0, try MutualInformation.lowerBound(loss: loss, candidates: count)) : nil,
        ids == nil
          ? try MutualInformation.simplexCap(candidates: count, temperature: temperature) : nil,
        Double(point.logScaleGradient), negatives?.median, negatives?.low, negatives?.high,
        loss - error, loss + error)
    }
    let hasNegatives = points.contains { $0.diagnostics.meanNegativeSimilarity != nil }
    var report = report(
      of: table, count: count, dimension: q.columnCount, files: files,
      note: hasNegatives ? nil : LossNote.withoutNegatives("query"))
    report.addSample(choice.drawnRows)
    report.notes += [
      ZeroRows.remark(in: q, drawnRows: choice.drawnRows, of: files.queries),
      ZeroRows.remark(in: k, drawnRows: choice.drawnRows, of: files.keys),
    ].compactMap { remark in remark.map { "Note: \($0)." } }
    if doneCount == count {
      try addOther(
        to: &report, queries: q, keys: k, ids: ids, choice: choice,
        fileCount: sources.queries.rowCount)
    }
    if doneCount < count {
      report.interruption =
        "after \(doneCount) of \(count.words("query")); the results are of these, against all keys, and a "
        + "floor is known only of all queries"
      report.result.add("queriesDone", doneCount)
    }
    return report
  }

  /// The rows as the files have them, to be read, converted and normalised tile by tile; and which are taken.
  private func pairs<Scalar: FileScalar>(
    _ files: (queries: String, keys: String), as scalar: Scalar.Type
  ) throws -> (
    (queries: RowSource<Scalar>, keys: RowSource<Scalar>), ids: [Int]?, RowOptions.Choice
  ) {
    let sources = try pairOptions.sources(as: scalar)
    let ids = try pairOptions.rowIDs(count: sources.queries.rowCount)
    let choice = try rowOptions.choice(
      of: sources.queries.rowCount, in: files.queries, seed: seed)
    return (sources, ids, choice)
  }

  /// The largest temperature; of one step it is the smallest.
  private var largest: Double { maximum ?? (steps == 1 ? minimum : 2) }

  func temperatures() throws -> [Temperature] {
    try (0..<steps).map { step in
      let share = steps == 1 ? 0 : Double(step) / Double(steps - 1)
      return try Temperature(minimum * pow(largest / minimum, share))
    }
  }

  private func report(
    of table: Table, count: Int, dimension: Int, files: (queries: String, keys: String),
    note: String?
  ) -> Report {
    var report = Report(
      title: "InfoNCE over temperatures: \(count.words("pair")) in \(dimension.words("dimension"))",
      explanation: explanation(count: count),
      tables: [table])
    let sentence = note == nil ? Self.sentence(of: table, countsFound: pairOptions.ids == nil) : nil
    report.notes =
      note.map { ["Note: \($0)."] } ?? [accuracyNote(of: table), sentence].compactMap(\.self)
    report.plots = Self.plots(of: table, subject: "\(pairOptions.name), \(count.words("pair"))")
    report.result = [
      "pairs": count, "dimension": dimension, "queries": files.queries, "keys": files.keys,
      "ids": pairOptions.ids, "note": note, "sentence": sentence, "rows": table,
    ]
    return report
  }

  private func explanation(count: Int) -> String {
    guard pairOptions.ids == nil else {
      return
        "Every query against its own key and those of other ids, of \(count.words("key")); further keys of "
        + "its id are left out. A small τ looks at the hardest negatives only (few effective negatives), "
        + "a large τ weighs all alike. Floor, MI ≥ and cap are empty: they are known of independent "
        + "pairs only, where every other key is a negative. " + Self.ofNegatives
    }
    return "Every query against all \(count.words("key")), its own among them. A small τ looks at "
      + "the hardest negatives only (few effective negatives) and has a floor of almost nothing; "
      + "a large τ weighs all alike, and nearly all of its loss is floor that no training can "
      + "remove. MI ≥ is the mutual information the loss certifies, which above chance is 0, and cap the "
      + "most it could with this τ and batch. " + Self.ofNegatives
  }

  private static let ofNegatives =
    "Negatives are the mean, over queries, of the exponential of the entropy of the weights that share a query's gradient, and the "
    + "median and the middle 80 % are of the same; the entropy given is its mean, whose exponential is less than that "
    + "mean wherever queries differ."

  /// Accuracy, in a sentence: no picture of it over τ would be anything but flat.
  private func accuracyNote(of table: Table) -> String? {
    guard
      case let (one?, five?)? = zip(
        table.numbers(in: "top1Accuracy"), table.numbers(in: "top5Accuracy")
      ).first(where: { _ in true })
    else { return nil }
    let key = pairOptions.ids == nil ? "their own key" : "a key of their id"
    return
      "At \(table.rows.count > 1 ? "every" : "this") τ \(one.text(digits: 3)) of the queries have \(key) "
      + "first, and \(five.text(digits: 3)) among the first five: a temperature divides all logits "
      + "alike, and of embeddings that are given it changes no order."
  }
}
