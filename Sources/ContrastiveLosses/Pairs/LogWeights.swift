import ContrastiveEmbeddings
import ContrastiveEngine
import RealModule

/// Numbers added to candidates' logits: zᵢⱼ = s·cᵢⱼ + bⱼ.
///
/// With b = −log Q, Q the probability with which a candidate comes to be one, the loss is that of
/// candidates drawn evenly (the logQ correction): without it, what is frequent in the batches is
/// pushed away for being frequent. The positive's logit takes its candidate's number as well, as in
/// sampled softmax. Ranks and similarities in the diagnostics are of the cosines, without them.
///
/// - Source: [Yi et al. 2019](https://research.google/pubs/pub48840/), eq. 6.
public struct LogWeights: Hashable, Sendable {
  /// bᵢ of positive i, N numbers: where it is query i's positive, and where it is a negative.
  public var positives: [Double]

  /// bⱼ of shared negatives, or of all paired ones, query after query.
  public var negatives: [Double]

  /// Creates weights, whose sizes and finiteness the loss checks.
  public init(positives: [Double], negatives: [Double] = []) {
    self.positives = positives
    self.negatives = negatives
  }

  /// −log Q from how often each candidate occurs.
  ///
  /// - Parameters:
  ///   - positives: How often, or with what probability, each positive occurs: above 0.
  ///   - negatives: The same of the negatives.
  public init(correctingFrequencies positives: [Double], negatives: [Double] = []) {
    self.init(positives: positives.map { -.log($0) }, negatives: negatives.map { -.log($0) })
  }
}

/// Numbers added to candidates' logits where rows and columns are each other's candidates: of row i towards column j
/// s·cᵢⱼ + bⱼ, and of column j towards row i s·cᵢⱼ + aᵢ.
///
/// A direction without numbers stays as it is. As ``LogWeights`` otherwise: a pair's own logit takes its number too.
public struct PairLogWeights: Hashable, Sendable {
  /// aᵢ of every row (image) as a candidate of the columns: N numbers.
  public var rows: [Double]?

  /// bⱼ of every column (text) as a candidate of the rows: N numbers.
  public var columns: [Double]?

  /// Creates weights, whose sizes and finiteness the loss checks.
  public init(rows: [Double]? = nil, columns: [Double]? = nil) {
    self.rows = rows
    self.columns = columns
  }

  /// −log Q from how often each row and column occurs.
  ///
  /// - Parameters:
  ///   - rows: How often, or with what probability, each row occurs: above 0.
  ///   - columns: The same of the columns.
  public init(correctingFrequencies rows: [Double], columns: [Double]) {
    self.init(rows: rows.map { -.log($0) }, columns: columns.map { -.log($0) })
  }
}

extension PairLogWeights {
  /// Those of the rows and then of the columns, 0 on a side without numbers; `nil` where neither has any.
  ///
  /// - Throws: `ContrastiveError` unless a side has one for each pair that logits can hold.
  func ofBothSides<Scalar: EmbeddingScalar>(
    count: Int
  ) throws(ContrastiveError) -> [Scalar]? {
    let rows = try Candidates<Scalar>.checked(
      self.rows, count: count, named: .logWeightsOfRows)
    let columns = try Candidates<Scalar>.checked(
      self.columns, count: count, named: .logWeightsOfColumns)
    guard rows != nil || columns != nil else { return nil }
    let zeros = Array(repeating: 0 as Scalar, count: count)
    return (rows ?? zeros) + (columns ?? zeros)
  }

  /// Those of queries' positives in their batch; `nil` without any.
  ///
  /// - Throws: `ContrastiveError` for numbers of the queries, which are no candidates.
  var ofPositives: LogWeights? {
    get throws(ContrastiveError) {
      guard rows == nil else { throw errorOfRows }
      return columns.map { LogWeights(positives: $0) }
    }
  }

  /// That queries are no candidates in a loss of one direction.
  var errorOfRows: ContrastiveError {
    ContrastiveError(
      .logWeightsOfRows,
      .choice(found: "some", expected: "nil: queries are no candidates of one direction"))
  }
}
