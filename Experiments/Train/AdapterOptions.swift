import ArgumentParser
import Contrastive

/// What is trained on what, but for temperatures and seeds.
struct AdapterOptions: ParsableArguments {
  @OptionGroup var pairOptions: PairOptions
  @Option(help: "The loss: \(PairLoss.list).")
  var loss = PairLoss.clip
  @Option(
    help: ArgumentHelp(
      "The last n rows are the test set, and its keys the candidates; a fifth of all without it.",
      valueName: "n"))
  var testRows: Int?
  @Option(help: ArgumentHelp("How often the training rows are gone through.", valueName: "n"))
  var epochs = 10
  @Option(help: ArgumentHelp("Pairs of a batch; a short last one is dropped.", valueName: "n"))
  var batch = 512
  @Option(help: ArgumentHelp("Adam's learning rate.", valueName: "η"))
  var learningRate = 5e-4

  func validate() throws {
    for (name, value) in [("--epochs", epochs), ("--batch", batch), ("--test-rows", testRows ?? 1)]
    where value < 1 {
      throw ValidationError("\(name): expected at least 1, found \(value).")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate: expected a positive number, found \(learningRate).")
    }
  }

  /// Reads the files, and divides their rows.
  func data() throws -> AdapterData {
    let files = try pairOptions.files()
    let (queries, keys) = try pairOptions.matrices(as: Float.self)
    for (matrix, file) in [(queries, files.queries), (keys, files.keys)] {
      do { try matrix.requireFinite("rows") } catch { throw error.naming(["rows": file]) }
    }
    let testCount = testRows ?? max(1, queries.rowCount / 5)
    let trainCount = queries.rowCount - testCount
    guard trainCount >= 1 else {
      throw CommandFailure(
        "--test-rows \(testCount): \(files.queries) has \(queries.rowCount) rows, of which some "
          + "have to be left to train on")
    }
    guard batch <= trainCount else {
      throw CommandFailure(
        "--batch \(batch): there are \(trainCount) rows to train on; give that many at the most")
    }
    return AdapterData(
      queries: queries, keys: keys, trainCount: trainCount, name: pairOptions.name)
  }
}

/// Pairs to train on, and further ones to test with.
struct AdapterData: Sendable {
  let queries: Matrix<Float>
  let keys: Matrix<Float>

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
}
