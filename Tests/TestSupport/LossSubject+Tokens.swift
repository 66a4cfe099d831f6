public import Contrastive
import Testing

/// Losses of queries and documents of tokens, by plain loops and by the library.
extension LossSubject {
  public static let maxSim = LossSubject("maxSim")
  public static let maxSimCLIP = LossSubject("maxSimCLIP")
  public static let maxSimDistillation = LossSubject("maxSimDistillation")
  public static let maxSimOwnCandidates = LossSubject("maxSimOwnCandidates")

  /// Those of this file.
  public static let tokens: [LossSubject] = [
    .maxSim, .maxSimCLIP, .maxSimDistillation, .maxSimOwnCandidates,
  ]

  /// Whether documents have temperatures too.
  var sidesOfTokens: Int { self == .maxSimCLIP ? 2 : 1 }

  public static let ofTokens = allCases.filter { $0.tokenLoss(temperature: 1) != nil }

  public var isOfTokens: Bool {
    withoutLogWeights?.isOfTokens ?? (tokenLoss(temperature: 1) != nil || isOfTeachersScores)
  }

  private var isOfTeachersScores: Bool {
    [.maxSimDistillation, .maxSimOwnCandidates].contains(self)
  }

  /// The loss, of queries and their documents.
  public func tokenLoss(temperature: Temperature) -> (any TokenLoss)? {
    switch self {
    case .maxSim: MaxSimInfoNCE(temperature: temperature)
    case .maxSimCLIP: MaxSimCLIP(temperature: temperature)
    default: nil
    }
  }

  /// So many tokens as sequences of one to three each.
  public static func lengths(_ count: Int) -> [Int] {
    var (result, rest) = ([Int](), count)
    while rest > 0 {
      result.append(min(rest, [2, 1, 3][result.count % 3]))
      rest -= result[result.count - 1]
    }
    return result
  }

  /// Of the queries: fewer and longer ones where each has documents of its own.
  private func queryLengths(_ tokenCount: Int) -> [Int] {
    let documentCount = Self.lengths(tokenCount).count
    guard self == .maxSimOwnCandidates, documentCount > 1 else { return Self.lengths(tokenCount) }
    let own = (2...documentCount).first { documentCount.isMultiple(of: $0) } ?? documentCount
    let count = documentCount / own
    return Array(repeating: 1, count: count - 1) + [tokenCount - count + 1]
  }

  func queryCount(ofTokens count: Int) -> Int { queryLengths(count).count }

  private static let teacherTemperature = 0.75

  /// Numbers that Float holds, with ties.
  private func teacherScores(_ tokenCount: Int) -> Matrix<Double> {
    let (queries, documents) = (queryCount(ofTokens: tokenCount), Self.lengths(tokenCount).count)
    return Matrix(
      rowCount: queries,
      columnCount: self == .maxSimOwnCandidates ? documents / queries : documents
    ) { Double((5 * $0 + 3 * $1) % 7) / 4 - 0.5 }
  }

  func plainOfTokens(
    _ x: Matrix<Double>, _ y: Matrix<Double>, hasLogWeights: Bool = false, temperature: Double
  ) -> PlainLoss {
    let lengths = (queries: queryLengths(x.rowCount), documents: Self.lengths(y.rowCount))
    let inputs = ["queries": x, "documents": y]
    if isOfTeachersScores {
      return .maxSimDistillation(
        inputs, lengths: lengths, teacherScores: teacherScores(x.rowCount),
        teacherTemperature: self == .maxSimOwnCandidates ? Self.teacherTemperature : nil,
        temperature: temperature)
    }
    return .maxSim(
      inputs, lengths: lengths, isBothWays: self == .maxSimCLIP,
      logWeights: hasLogWeights ? Self.logWeights(2 * lengths.documents.count) : nil,
      temperature: temperature)
  }

  func answerOfTokens<Scalar: EmbeddingScalar>(
    _ plain: PlainLoss, as scalar: Scalar.Type, hasLogWeights: Bool = false,
    reduction: Reduction, options: ComputeOptions
  ) throws -> Answer {
    func rows(_ name: String) throws -> Matrix<Scalar> {
      try #require(plain.inputs[name]).converted()
    }
    let (x, y) = (try rows("queries"), try rows("documents"))
    let queries = try TokenRows(x, lengths: queryLengths(x.rowCount))
    let documents = try TokenRows(y, lengths: Self.lengths(y.rowCount))
    let temperature = try plain.libraryTemperature
    if let loss = tokenLoss(temperature: temperature) {
      let count = documents.lengths.count
      let weights = hasLogWeights ? Self.logWeights(2 * count) : nil
      return Answer(
        try loss.valueWithGradient(
          queries: queries, documents: documents,
          logWeights: weights.map {
            PairLogWeights(
              rows: self == .maxSimCLIP ? Array($0[count...]) : nil, columns: Array($0[..<count]))
          }, reduction: reduction, options: options))
    }
    let loss = MaxSimDistillation(
      temperature: temperature,
      teacherTemperature: self == .maxSimOwnCandidates
        ? try Temperature(Self.teacherTemperature) : nil)
    return Answer(
      try loss.valueWithGradient(
        queries: queries, documents: documents,
        teacherScores: teacherScores(x.rowCount).converted(),
        reduction: reduction, options: options))
  }
}

extension PlainLoss {
  /// How many tokens every query and every document has.
  public typealias TokenLengths = (queries: [Int], documents: [Int])

  /// −log of the own document's share, by sums of query tokens' largest cosines; both ways, the mean of that and of
  /// the own query's share among a document's.
  ///
  /// - Parameter logWeights: Of the documents, and then of as many queries.
  public static func maxSim(
    _ inputs: [String: Matrix<Double>], lengths: TokenLengths, isBothWays: Bool,
    logWeights: [Double]? = nil, temperature: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let scores = maxSimScores(rows, lengths: lengths)
      let count = lengths.documents.count
      func term(
        _ own: Int, among scores: [Dual], weightsFrom first: Int = 0, at temperature: Dual
      ) -> Dual {
        var sum: Dual = 0
        for (j, score) in scores.enumerated() where j != own {
          let excess = logWeights.excess(of: first + j, over: first + own)
          sum += .exp((score - scores[own]) / temperature + excess)
        }
        return .log(onePlus: sum)
      }
      return scores.indices.map { i in
        let ofQuery = term(i, among: scores[i], at: temperature[i])
        guard isBothWays else { return ofQuery }
        let ofDocument = term(
          i, among: scores.map { $0[i] }, weightsFrom: count, at: temperature[scores.count + i])
        return (ofQuery + ofDocument) / 2
      }
    }
  }

  /// T² KL(p ‖ q) of every query's candidates: all documents, or as many of its own as the teacher's scores have columns.
  ///
  /// - Parameter teacherTemperature: `nil` where it is T.
  public static func maxSimDistillation(
    _ inputs: [String: Matrix<Double>], lengths: TokenLengths, teacherScores: Matrix<Double>,
    teacherTemperature: Double?, temperature: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let width = teacherScores.columnCount
      return maxSimScores(rows, lengths: lengths).enumerated().map { i, scores in
        let first = width == scores.count ? 0 : i * width
        let own = temperature[i]
        let student = (0..<width).map { scores[first + $0] / own }
        let teacher = (0..<width).map {
          Dual(teacherScores[i, $0]) / (teacherTemperature.map { Dual($0) } ?? own)
        }
        let divergence = student.indices.reduce(Dual(0)) { sum, j in
          let logQ = logShare(j, of: student)
          let logP = logShare(j, of: teacher)
          return sum + .exp(logP) * (logP - logQ)
        }
        return own * own * divergence
      }
    }
  }

  /// log of a softmax's element.
  private static func logShare(_ index: Int, of logits: [Dual]) -> Dual {
    var rest: Dual = 0
    for other in logits.indices where other != index {
      rest += .exp(logits[other] - logits[index])
    }
    return 0 - .log(onePlus: rest)
  }

  private static func maxSimScores(_ rows: [String: Rows], lengths: TokenLengths) -> [[Dual]] {
    func sequences(_ name: String, _ lengths: [Int]) -> [Rows] {
      var rest = rows[name, default: []][...]
      return lengths.map { length in
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
      }
    }
    let documents = sequences("documents", lengths.documents)
    return sequences("queries", lengths.queries).map { query in
      documents.map { document in
        query.reduce(Dual(0)) { sum, token in
          let cosines = document.map { token.dot($0) }
          return sum + cosines.dropFirst().reduce(cosines[0]) { .max($0, $1) }
        }
      }
    }
  }
}
