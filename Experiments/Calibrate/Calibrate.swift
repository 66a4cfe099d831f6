import ArgumentParser
import Contrastive
import Foundation

/// What a cosine is worth: the probability that the nearest key is the right one.
struct Calibrate: InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract:
      "Turn cosines into probabilities, find a threshold for a precision, and see at which τ the softmax is calibrated.",
    discussion: """
      Every query with the key nearest to it: is it the right one? Logistic (Platt) and monotone (isotonic) \
      probabilities are fitted on one half of the queries, drawn by --seed, and judged on the other. Without files, \
      descriptions of Python functions look for the functions' names. With --ids any key of a query's id is the right \
      one, and rows of an id are in one half.

      Example:
        Experiments calibrate --queries q.npy --keys k.npy --wanted-precision 0.9,0.99
      """)

  @OptionGroup var pairOptions: PairOptions
  @OptionGroup var rowOptions: RowOptions
  @Option(help: "What the halves, --sample and simulations are drawn by.")
  var seed: UInt64 = 1
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Shares of right answers that are wanted.", valueName: "numbers"))
  var wantedPrecision = [NumberList<Double>([0.8, 0.9, 0.95, 0.99])]
  @OptionGroup var outputOptions: OutputOptions

  /// Where the softmax is tried: from 2 down to 0.005 in 48 steps, and by 31 more as long. Of rows whose cosines differ by
  /// thousandths it is calibrated far below what anybody trains with.
  private static let range = 0.005 / pow(400, 31 / 48.0)...2

  static let fitsName = "calibrate"
  static let thresholdsName = "calibrate-thresholds"
  static let softmaxName = "calibrate-softmax"
  static let binsName = "calibrate-bins"
  static let plotNames = ["calibrate-reliability", "calibrate-temperatures"]

  var resultNames: ResultNames? {
    ResultNames(
      tables: [Self.fitsName, Self.thresholdsName, Self.softmaxName, Self.binsName]
        + (rowOptions.sample == nil ? [] : [Report.sampleName]),
      plots: Self.plotNames)
  }

  func validate() throws {
    try wantedPrecision.requireNumbers(of: "--wanted-precision")
    if let wrong = wantedPrecision.numbers.first(where: { !($0 > 0 && $0 <= 1) }) {
      throw ValidationError("--wanted-precision: expected shares above 0 up to 1, found \(wrong).")
    }
  }

  func report(progress: ProgressLine) throws -> Report {
    let pairs = try ChosenPairs(pairOptions, rowOptions, seed: seed)
    return try pairs.naming {
      let neighbors = try Neighbors(
        queries: pairs.queries, keys: pairs.keys, ids: pairs.ids, count: 1, progress: progress)
      let temperatures = try Self.range.logarithmicGrid(count: 80).map { try Temperature($0) }
      let points = try InfoNCE(temperature: 1).sweep(
        queries: pairs.queries, positives: pairs.keys,
        excluding: pairs.ids.map { .equalIDs($0) } ?? .none, temperatures: temperatures,
        keepingTerms: true
      ) { _ in !Interruption.isRequested }
      guard neighbors.rowCount == pairs.queries.rowCount, !Interruption.isRequested else {
        var report = Report(
          title: "What a cosine is worth: \(pairOptions.name)",
          explanation: "\(pairs.queries.rowCount.words("query")), of which none is judged.")
        report.interruption = "before the search was done; there are no results"
        return report
      }
      var report = try report(neighbors, points: points, ids: pairs.ids)
      report.addSample(pairs.choice.drawnRows)
      report.notes += pairs.remarks.map { "Note: \($0)." }
      return report
    }
  }
}
