import ArgumentParser
import Contrastive

/// Log-weights of the candidates of a loss that is a softmax over them.
struct LogWeightOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      N numbers, added to the logits of rows as candidates: of the positives or documents, of a batch's rows, or of the rows of both \
      views, towers or queries and documents, where 2N give each side its own, the first side's first. Losses of class weights or proxies take \
      C, of the classes: log π, the logarithms of their shares, for logit adjustment.
      """, valueName: "file"))
  var logWeights: String?

  /// A number for each candidate.
  var numbers: [Double]? {
    get throws { try logWeights.map { try readNumbers($0) } }
  }

  /// Numbers for the candidates of one direction.
  var ofPositives: PairLogWeights? {
    get throws { try numbers.map { PairLogWeights(columns: $0) } }
  }

  /// Numbers for the rows of both sides.
  ///
  /// - Parameter count: How many rows a side has.
  func ofBothSides(rowCount count: Int) throws -> PairLogWeights? {
    guard let numbers = try numbers else { return nil }
    guard numbers.count == 2 * count else {
      // What are too many or too few is for the loss to say.
      return PairLogWeights(rows: numbers, columns: numbers)
    }
    // A row of the second side is another of the file.
    if let row = numbers.firstIndex(where: { !$0.isFinite }) {
      throw ContrastiveError(.logWeights, row: row, .notFinite)
    }
    return PairLogWeights(rows: Array(numbers[..<count]), columns: Array(numbers[count...]))
  }
}

/// A loss whose candidates may carry log-weights.
protocol LogWeightedLossReporting: LossReporting {
  var logWeightOptions: LogWeightOptions { get }
}

extension LossReporting {
  /// Requires that candidates have no log-weights, which ranks do not add.
  func requireNoLogWeights() throws {
    let options = (self as? any LogWeightedLossReporting)?.logWeightOptions
    guard options?.logWeights == nil else {
      throw ValidationError("--log-weights: not under mpirun; leave it out.")
    }
  }
}
