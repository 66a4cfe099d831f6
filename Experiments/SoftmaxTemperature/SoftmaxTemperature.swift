import ArgumentParser
import Contrastive

/// The softmax with temperature: of the articles' vectors, or of one's own logits.
struct SoftmaxTemperature: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "softmax-temperature",
    abstract: "Compute a softmax with temperature, or reproduce the articles' numbers.",
    discussion: """
      Examples:
        Experiments softmax-temperature
        Experiments softmax-temperature --values 1 5 7 10 --temperature 0.1
        Experiments softmax-temperature --logits x.npy --limit zero --json

      Without logits, every number and figure of the two articles, beside the printed ones.
      """)

  /// `TemperatureLimit` by its name on the command line.
  enum Limit: String, CaseIterable, ExpressibleByArgument {
    case zero, infinity

    var value: TemperatureLimit { self == .zero ? .zero : .infinity }
  }

  @Option(
    help: ArgumentHelp(
      "A vector, or a matrix whose rows are taken one by one. \(PairOptions.formats)",
      valueName: "file"))
  var logits: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The logits themselves.", valueName: "numbers"))
  var values: [NumberList<Double>] = []

  @OptionGroup var temperature: TemperatureOptions

  @Option(help: ArgumentHelp("An end of the temperature scale instead.", valueName: "end"))
  var limit: Limit?

  @OptionGroup var outputOptions: OutputOptions

  var resultNames: ResultNames? {
    // Whether the file holds a vector or rows is seen when it is read.
    logits.map { _ in
      ResultNames(
        tables: ["softmax", "softmax-rows", "softmax-probabilities"],
        plots: ["softmax-temperature"])
    }
  }

  func validate() throws {
    let hasLogits = logits != nil || !values.isEmpty
    if logits != nil, !values.isEmpty {
      throw ValidationError("--logits and --values both give the logits; leave one out.")
    }
    if limit != nil, !temperature.isEmpty {
      throw ValidationError("--limit stands in place of a temperature; leave one of them out.")
    }
    if !hasLogits, limit != nil || !temperature.isEmpty {
      throw ValidationError("The logits are missing; give --logits or --values.")
    }
  }

  func report(progress: ProgressLine) throws -> Report {
    if let logits {
      let rows = try readRows(logits)
      return rows.isVector
        ? try report(vector: rows.matrix.elements) : try report(rows: rows.matrix)
    }
    let numbers = values.numbers
    guard !numbers.isEmpty else { return Self.articlesReport() }
    if let index = numbers.firstIndex(where: { !$0.isFinite }) {
      throw CommandFailure(
        "--values: number \(index + 1) is \(numbers[index]); every logit must be finite")
    }
    return try report(vector: numbers)
  }

  /// The file's numbers; a vector as one row.
  private func readRows(
    _ file: String
  ) throws -> (matrix: Matrix<Double>, isVector: Bool) {
    let stored = try readArray(file)
    // The softmax of a lone logit is 1: a column is a vector.
    let isColumn = stored.shape.last == 1 && stored.shape.count { $0 != 1 } <= 1
    let isVector = stored.shape.count == 1 || isColumn
    let array = try stored.withRank(isVector ? 1 : 2)
    guard array.count > 0 else {
      throw CommandFailure("\(file): holds no numbers; give at least one logit")
    }
    guard isVector else {
      let matrix = try Matrix<Double>(array)
      for row in 0..<matrix.rowCount {
        if let column = matrix.rows(row..<row + 1).elements.firstIndex(where: { !$0.isFinite }) {
          throw CommandFailure(
            "\(file): row \(row), column \(column) is \(matrix[row, column]); "
              + "every logit must be finite")
        }
      }
      return (matrix, false)
    }
    let elements = array.converted(to: Double.self)
    if let index = elements.firstIndex(where: { !$0.isFinite }) {
      throw CommandFailure(
        "\(file): element \(index) is \(elements[index]); every logit must be finite")
    }
    return (try Matrix(elements, rowCount: 1, columnCount: elements.count), true)
  }
}
