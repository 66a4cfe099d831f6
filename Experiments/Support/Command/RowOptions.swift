import ArgumentParser
import Contrastive

/// Which rows of two sides are taken: all of them, the first ones, or some that are drawn.
struct RowOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Take the first n rows only.", valueName: "n"))
  var rows: Int?
  @Option(
    help: ArgumentHelp(
      "Draw n rows instead, none twice, and the same of both sides; they stay in order.",
      valueName: "n"))
  var sample: Int?

  func validate() throws {
    if rows != nil, sample != nil {
      throw ValidationError("--rows and --sample both choose rows; leave one out.")
    }
    for (name, count) in [("--rows", rows), ("--sample", sample)] {
      if let count, count < 1 {
        throw ValidationError("\(name): expected at least 1, found \(count).")
      }
    }
  }

  /// - Throws: `ValidationError` for a seed where nothing is drawn.
  func requireSample(for option: String, _ seed: UInt64?) throws {
    if seed != nil, sample == nil {
      throw ValidationError("\(option): needs --sample, which draws by it.")
    }
  }

  /// The rows to take of a number of them.
  enum Choice {
    case all
    case first(Int)
    case drawn([Int])

    func callAsFunction<Scalar>(_ rows: RowSource<Scalar>) -> RowSource<Scalar> {
      switch self {
      case .all: rows
      case .first(let count): rows.prefix(count)
      case .drawn(let indices): rows.rows(at: indices)
      }
    }

    /// What belongs to the rows.
    func callAsFunction<Value>(_ values: [Value]) -> [Value] {
      switch self {
      case .all: values
      case .first(let count): Array(values.prefix(count))
      case .drawn(let indices): indices.map { values[$0] }
      }
    }

    /// The rows of the files that were drawn, if any were.
    var drawnRows: [Int]? { if case .drawn(let indices) = self { indices } else { nil } }

    /// An error with the file's row in the place of that among the rows that are taken.
    func ofFileRows(_ error: ContrastiveError) -> ContrastiveError {
      guard let drawnRows, error.problem == .notFinite, let row = error.row,
        drawnRows.indices.contains(row)
      else { return error }
      return ContrastiveError(error.argument, row: drawnRows[row], error.problem)
    }
  }

  /// - Parameters:
  ///   - file: Where they are, for errors.
  ///   - seed: What rows are drawn by; 1 if it is nil.
  /// - Throws: `CommandFailure` if there are too few, or too few are wanted for a batch.
  func choice(of rowCount: Int, in file: String, seed: UInt64?) throws(CommandFailure) -> Choice {
    guard let count = rows ?? sample else { return .all }
    let option = "\(sample == nil ? "--rows" : "--sample") \(count)"
    guard count <= rowCount else {
      throw CommandFailure("\(option): \(file) has \(rowCount.words("row"))")
    }
    guard count > 1 else { throw CommandFailure("\(option): a batch needs two rows at least") }
    guard sample != nil else { return .first(count) }
    var generator = SeededGenerator(seed: seed ?? 1)
    return .drawn((0..<rowCount).sample(count, using: &generator))
  }
}
