import ArgumentParser
import Contrastive
import Foundation

/// What is in pairs of embeddings before any loss is computed: copies, hard negatives, false ones.
struct Audit: InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract:
      "See what is in your embeddings: copies, hard and perhaps false negatives, and what to do of them.",
    discussion: """
      Row i of the queries belongs to row i of the keys. Cosines are streamed tile by tile, and no matrix of all of \
      them is made. Hard negatives can be written for training.

      Example:
        Experiments audit --queries q.npy --keys k.npy --texts names.txt --negatives-output hard.jsonl
      """)

  @OptionGroup var pairOptions: PairOptions
  @OptionGroup var rowOptions: RowOptions
  @OptionGroup var textOptions: TextOptions
  @Option(help: "The seed of --sample; 1 without it.")
  var seed: UInt64?
  @Option(
    help: ArgumentHelp(
      "Two rows of a side from this cosine on are near-duplicates.", valueName: "cosine"))
  var nearDuplicate = NearDuplicates.usualThreshold
  @Flag(help: "Do not look for near-duplicates, which takes a product for both sides together.")
  var noNearDuplicates = false
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Tell what leaving out keys above the positive's cosine less m removes, and mine none of them.",
      valueName: "m"))
  var absoluteMargin: [NumberList<Double>] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The same of the positive's cosine less the share m of it.", valueName: "m"))
  var relativeMargin: [NumberList<Double>] = []
  @OptionGroup var mining: MiningOptions
  @OptionGroup var againstOptions: AgainstOptions
  @OptionGroup var outputOptions: OutputOptions

  var resultNames: ResultNames? {
    ResultNames(
      tables: [
        Self.sidesName, Self.rulesName, Self.nearName, Self.suspectedName, Self.hardestName,
      ] + (againstOptions.against.isEmpty ? [] : Self.againstNames)
        + (rowOptions.sample == nil ? [] : [Report.sampleName]),
      plots: [Self.plotName])
  }

  func validate() throws {
    try rowOptions.requireSample(for: "--seed", seed)
    guard (-1...1).contains(nearDuplicate) else {
      throw ValidationError(
        "--near-duplicate: expected a cosine, −1 to 1, found \(nearDuplicate).")
    }
    for (name, margins) in [
      ("--absolute-margin", absoluteMargin.numbers), ("--relative-margin", relativeMargin.numbers),
    ] {
      if let margin = margins.first(where: { !$0.isFinite }) {
        throw ValidationError("\(name): expected finite numbers, found \(margin).")
      }
    }
    if let output = outputOptions.output, let file = mining.negativesOutput,
      URL(filePath: file).deletingLastPathComponent().standardized.filePath
        == URL(filePath: output, directoryHint: .isDirectory).standardized.filePath
    {
      throw ValidationError(
        "--negatives-output: \(output) is the folder of --output, whose files are the report's; give another."
      )
    }
  }

  func report(progress: ProgressLine) throws -> Report {
    let pairs = try ChosenPairs(pairOptions, rowOptions, seed: seed)
    let texts = try textOptions.rows(of: pairOptions, count: pairs.fileRowCount)
      .rows(at: pairs.fileRows)
    let folder = try negativesFolder()
    // What is wrong with these is said before the search, and not after it.
    let others = try againstOptions.sources(rowCount: pairs.fileRowCount, as: Float.self)
    return try pairs.naming {
      let findings = try findings(of: pairs, texts: texts, minedInto: folder, progress: progress)
      var report = report(findings, files: pairs.files)
      if report.interruption == nil {
        try compare(
          findings, with: others, choice: pairs.choice, ids: pairs.ids, in: &report,
          progress: progress)
      }
      report.addSample(pairs.choice.drawnRows)
      return report
    }
  }

  private func findings(
    of pairs: ChosenPairs, texts: RowTexts, minedInto folder: OutputFolder?,
    progress: ProgressLine
  ) throws -> AuditFindings {
    var findings = AuditFindings(
      sides: PairAudit(
        queries: try finite("queries", pairs.queries) { try SideAudit($0, ids: pairs.ids) },
        keys: try finite("positives", pairs.keys) { try SideAudit($0, ids: pairs.ids) }),
      neighbors: try Neighbors(
        queries: pairs.queries, keys: pairs.keys, ids: pairs.ids,
        count: max(
          Neighbors.suspectedCount,
          mining.negativesOutput == nil ? 0 : min(mining.lastRank, pairs.keys.rowCount)),
        rules: givenRules, progress: progress),
      texts: texts, fileRows: pairs.fileRows, groupCount: pairs.ids.map { Set($0).count })
    findings.effects = effects(findings.neighbors, ids: pairs.ids)
    if !noNearDuplicates {
      findings.near = try NearDuplicates.ofSides(
        queries: pairs.queries, keys: pairs.keys, ids: pairs.ids, sides: findings.sides,
        threshold: nearDuplicate, progress: progress)
    }
    if let folder, let file = mining.negativesOutput, !Interruption.isRequested {
      let copies = OwnKeyCopies(
        findings.neighbors, originals: findings.sides.keys.originals, texts: texts.keys,
        keys: pairs.keys)
      let mined = try mining.mined(
        findings.neighbors, rules: givenRules, copies: copies, keys: pairs.keys)
      try folder.write { staging in
        let name = URL(filePath: file).lastPathComponent
        try mining.write(
          mined, neighbors: findings.neighbors, fileRows: findings.fileRows, texts: texts,
          to: staging.appending(path: name).filePath)
      }
      findings.minedCounts = mined.map(\.count)
      findings.minedCopies = mining.copyCounts(findings.neighbors, copies)
    }
    return findings
  }

  /// What finds a row that is not finite calls it a row of the argument.
  private func finite<Result>(
    _ name: String, _ source: RowSource<Float>, _ body: (RowSource<Float>) throws -> Result
  ) throws -> Result {
    do {
      return try body(source)
    } catch let error as ContrastiveError {
      throw error.of(name)
    }
  }

  /// The rules by margins that were given.
  var givenRules: [MaskingRule] {
    absoluteMargin.numbers.map { .absolute($0) } + relativeMargin.numbers.map { .relative($0) }
  }

  private func effects(_ neighbors: Neighbors, ids: [Int]?) -> [MaskingEffect] {
    let byIDs = ids.map { [MaskingEffect(ids: $0, rowCount: neighbors.rowCount)] } ?? []
    // A margin leaves out of the negatives, among which keys of the query's id are none.
    let sizes = ids.map { Dictionary(grouping: $0) { $0 }.mapValues(\.count) }
    let negativeCounts = (0..<neighbors.rowCount).map { row in
      max(0, neighbors.keyCount - (ids.flatMap { sizes?[$0[row]] } ?? 1))
    }
    return byIDs
      + zip([.absolute(0)] + givenRules, [neighbors.aboveCounts] + neighbors.removedCounts).map {
        MaskingEffect($0, removed: $1, of: negativeCounts)
      }
  }

  /// Where mined negatives go, looked at before anything is computed.
  private func negativesFolder() throws -> OutputFolder? {
    guard let file = mining.negativesOutput else { return nil }
    let place = URL(filePath: file)
    return try OutputFolder(
      place.deletingLastPathComponent().filePath,
      for: FolderUse(by: self, recordName: nil, isForced: outputOptions.force),
      names: [place.lastPathComponent])
  }
}

/// All that an audit found.
struct AuditFindings: Sendable {
  let sides: PairAudit
  let neighbors: Neighbors
  let texts: RowTexts

  /// Which row of the files each is.
  let fileRows: [Int]

  /// How many groups ids make of the rows, if there are ids.
  let groupCount: Int?
  var effects: [MaskingEffect] = []

  /// Of each side, unless they were not looked for.
  var near: [(side: String, pairs: NearDuplicates)] = []

  /// How many negatives every query got, if they were written.
  var minedCounts: [Int]?

  /// How many candidates were none because they are the query's own key once more.
  var minedCopies = OwnKeyCopies.Counts()
}
