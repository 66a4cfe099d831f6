import Contrastive

/// The pairs that a command's options name: which rows of which files are taken.
struct ChosenPairs {
  let files: (queries: String, keys: String)
  let queries: RowSource<Float>
  let keys: RowSource<Float>
  let ids: [Int]?
  let choice: RowOptions.Choice

  /// How many rows the files have.
  let fileRowCount: Int

  /// - Parameter seed: What rows are drawn by.
  init(_ pairs: PairOptions, _ rows: RowOptions, seed: UInt64?) throws {
    files = try pairs.files()
    let sources = try pairs.sources(as: Float.self)
    fileRowCount = sources.queries.rowCount
    choice = try rows.choice(of: fileRowCount, in: files.queries, seed: seed)
    ids = try pairs.rowIDs(count: fileRowCount).map { [choice] in choice($0) }
    (queries, keys) = (choice(sources.queries), choice(sources.keys))
  }

  /// Which row of the files each is.
  var fileRows: [Int] { choice(Array(0..<fileRowCount)) }

  /// What a reader of results has to know: which rows have no direction, and that nothing is to be told apart.
  var remarks: [String] {
    [
      Set(ids ?? []).count == 1 ? LossNote.withoutNegatives("query") : nil,
      ZeroRows.remark(in: queries, drawnRows: choice.drawnRows, of: files.queries),
      ZeroRows.remark(in: keys, drawnRows: choice.drawnRows, of: files.keys),
    ].compactMap(\.self)
  }

  /// What a body returns, or its error with files and their rows in the place of arguments and the rows that were taken.
  func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ContrastiveError {
      let names: [ContrastiveError.Argument: String] = [
        .queries: files.queries, .positives: files.keys, .keys: files.keys,
      ]
      // Of another file's rows it is known already which they are.
      let error = names[error.argument] == nil ? error : choice.ofFileRows(error).naming(names)
      throw CommandFailure(ofFloatRange: error, remedy: "scale the rows down") ?? error
    }
  }
}
