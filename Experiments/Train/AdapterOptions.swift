import ArgumentParser
import Contrastive

/// What is trained on what, but for temperatures and seeds.
struct AdapterOptions: ParsableArguments {
  @OptionGroup var pairOptions: PairOptions
  @OptionGroup var rowOptions: RowOptions
  @Option(help: "The seed of --sample, not of the training; 1 without it.")
  var sampleSeed: UInt64?
  @Option(
    help: """
      The loss: \(PairLoss.list). With --ids, rows of one id are each other's positives for clip-groups, and no \
      negatives for the others.
      """)
  var loss = PairLoss.clip
  @Option(
    help: ArgumentHelp(
      "How many rows are the test set, and its keys the candidates: the last ones, but where the command has a "
        + "--split-seed rows drawn by it; a fifth of all without it.",
      valueName: "n"))
  var testRows: Int?
  @Option(
    help: ArgumentHelp(
      "Pairs of a batch, and a short last one is dropped; without it 512, or all where there are fewer.",
      valueName: "n"))
  var batch: Int?

  /// How often the training rows are gone through, and Adam's learning rate: options of each command, with defaults of its
  /// own.
  var course = TrainingCourse()

  private enum CodingKeys: CodingKey {
    case pairOptions, rowOptions, sampleSeed, loss, testRows, batch
  }

  var epochCount: Int { course.epochs }
  var stepSize: Double { course.learningRate }

  func validate() throws {
    try rowOptions.requireSample(for: "--sample-seed", sampleSeed)
    for (name, value) in [("--batch", batch ?? 1), ("--test-rows", testRows ?? 1)]
    where value < 1 {
      throw ValidationError("\(name): expected at least 1, found \(value).")
    }
    if let batch, batch < 2, loss.needsNegatives {
      throw ValidationError(
        "--batch \(batch): \(loss.rawValue) needs negatives; give at least 2 pairs.")
    }
  }

  /// The table of the rows that are drawn, if any are.
  var sampleNames: [String] { rowOptions.sample == nil ? [] : [Report.sampleName] }

  /// How many pairs a batch of so many training rows has.
  func batchSize(trainCount: Int) -> Int { batch ?? min(512, trainCount) }

  /// Reads the files, and divides their rows.
  ///
  /// - Parameter seed: What test rows are drawn by; nil for the last ones.
  func data(drawingTestRowsBy seed: UInt64? = nil) throws -> AdapterData {
    let files = try pairOptions.files()
    let sources = try pairOptions.sources(as: Float.self)
    let rowCount = sources.queries.rowCount
    let choice = try rowOptions.choice(of: rowCount, in: files.queries, seed: sampleSeed)
    var (queries, keys) = (choice(sources.queries).matrix, choice(sources.keys).matrix)
    try requireFinite([(queries, files.queries), (keys, files.keys)]) { choice.ofFileRows($0) }
    let testCount = testRows ?? max(1, queries.rowCount / 5)
    var trainCount = queries.rowCount - testCount
    guard trainCount >= 1 else {
      throw CommandFailure(
        "--test-rows \(testCount): there are \(queries.rowCount.words("row")) of \(files.queries), of which some "
          + "have to be left to train on")
    }
    var ids = try pairOptions.rowIDs(count: rowCount).map { choice($0) }
    let chosen = choice(Array(0..<rowCount))
    var order = Array(chosen.indices)
    if let seed {
      let split = ShuffledSplit(of: queries.rowCount, testCount: testCount, ids: ids, seed: seed)
      (order, trainCount) = (split.order, split.trainCount)
      guard trainCount >= 1 else {
        throw CommandFailure(
          "--ids: rows of one id stay on one side, and leave none to train on; give fewer --test-rows"
        )
      }
      (queries, keys) = (queries.rows(at: order), keys.rows(at: order))
      ids = ids.map { ids in order.map { ids[$0] } }
    }
    if let ids, trainCount > 1, Set(ids.prefix(trainCount)).count == 1 {
      throw CommandFailure(
        "--ids: all rows to train on have one id, none is a negative of another, and nothing can be learned"
      )
    }
    if let batch, batch > trainCount {
      throw CommandFailure(
        "--batch \(batch): there are \(trainCount.words("row")) to train on; give that many at the most"
      )
    }
    return AdapterData(
      queries: queries, keys: keys, ids: ids, sample: choice.drawnRows,
      fileRows: order.map { chosen[$0] }, fileRowCount: rowCount, trainCount: trainCount,
      name: pairOptions.name)
  }

  /// Another model's rows of the same pairs, divided alike; nil if there are none.
  func data(of options: AgainstOptions, dividedAs data: AdapterData) throws -> AdapterData? {
    guard
      let sources = try options.sources(rowCount: data.fileRowCount, as: Float.self),
      let names = options.names(beside: pairOptions)
    else { return nil }
    let (queries, keys) = (
      sources.queries.rows(at: data.fileRows).matrix, sources.keys.rows(at: data.fileRows).matrix
    )
    try requireFinite([(queries, options.against[0]), (keys, options.against[1])]) {
      ContrastiveError($0.argument, row: $0.row.map { data.fileRows[$0] }, $0.problem)
    }
    return AdapterData(
      queries: queries, keys: keys, ids: data.ids, sample: data.sample, fileRows: data.fileRows,
      fileRowCount: data.fileRowCount, trainCount: data.trainCount, name: names.second)
  }

  private func requireFinite(
    _ matrices: [(Matrix<Float>, file: String)],
    ofFileRows: (ContrastiveError) -> ContrastiveError
  ) throws {
    for (matrix, file) in matrices {
      do {
        try matrix.requireFinite(.init(file))
      } catch {
        let error = ofFileRows(error)
        throw CommandFailure(ofFloatRange: error, remedy: "scale the rows down") ?? error
      }
    }
  }

  /// What a reader of the results has to know: that a step has nothing to tell apart, or that test rows
  /// belong together with some that were trained on.
  func note(of data: AdapterData) -> String? {
    let hasNegatives =
      batchSize(trainCount: data.trainCount) > 1
      && data.ids.map { Set($0.prefix(data.trainCount)).count > 1 } ?? true
    let notes = [
      hasNegatives ? nil : LossNote.withoutNegatives("pair of a batch"), sharedIDs(of: data),
      zeroRows(of: data.queries, among: data, of: pairOptions.queries ?? "queries"),
      zeroRows(of: data.keys, among: data, of: pairOptions.keys ?? "keys"),
    ].compactMap(\.self)
    return notes.isEmpty ? nil : notes.joined(separator: "; ")
  }

  private func zeroRows(
    of rows: Matrix<Float>, among data: AdapterData, of name: String
  ) -> String? {
    ZeroRows.remark(rows.zeroRows.map { data.fileRows[$0] }.sorted(), of: name)
  }

  private func sharedIDs(of data: AdapterData) -> String? {
    guard let ids = data.ids else { return nil }
    let trained = Set(ids.prefix(data.trainCount))
    let count = data.testRows.count { trained.contains(ids[$0]) }
    guard count > 0 else { return nil }
    return "\(count) of \(data.testRows.count) test rows have an id that training rows have, too: "
      + "they do not test what is new"
  }
}

/// Pairs to train on, and further ones to test with.
struct AdapterData: Sendable {
  let queries: Matrix<Float>
  let keys: Matrix<Float>

  /// Which rows belong together, if not only the pairs do.
  let ids: [Int]?

  /// Which rows of the files these are, if they were drawn.
  let sample: [Int]?

  /// Which row of the files each is.
  let fileRows: [Int]
  let fileRowCount: Int

  /// How many rows, the first ones, are trained on.
  let trainCount: Int

  /// What the pairs are called in pictures.
  let name: String

  /// What was trained and tested on, in a few words.
  var subject: String {
    "\(name): \(trainCount) to train, \(queries.rowCount - trainCount) to test"
  }

  var dimension: Int { queries.columnCount }

  var testRows: Range<Int> { trainCount..<queries.rowCount }

  var testCount: Int { testRows.count }
}
