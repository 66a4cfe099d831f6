import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Log-weights that losses refuse")
struct LogWeightErrorTests {
  static let x = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 1)
  static let y = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 2)

  /// What every shape makes of the numbers of one side, and what it calls them.
  static let calls: [@Sendable ([Double]) throws -> String] = [
    { numbers in
      _ = try NTXent(temperature: 1).value(
        viewA: x, viewB: y, logWeights: PairLogWeights(rows: numbers))
      return "logWeights.rows"
    },
    { numbers in
      _ = try MACL(temperature: 1).value(
        queries: x, keys: y, logWeights: PairLogWeights(columns: numbers))
      return "logWeights.columns"
    },
    { numbers in
      _ = try RINCE(temperature: 1).value(
        queries: x, keys: y, logWeights: PairLogWeights(columns: numbers))
      return "logWeights.columns"
    },
    { numbers in
      _ = try InfoNCE(temperature: 1).value(
        queries: x, keys: y, logWeights: PairLogWeights(columns: numbers))
      return "logWeights.columns"
    },
    { numbers in
      _ = try SupCon(temperature: 1).value(
        embeddings: x, labels: [0, 0, 1, 1], logWeights: numbers)
      return "logWeights"
    },
    { numbers in
      _ = try NCA().value(embeddings: x, labels: [0, 0, 1, 1], logWeights: numbers)
      return "logWeights"
    },
    { numbers in
      _ = try ArcFace(temperature: 1, margin: 0.1).value(
        features: x, classWeights: y, labels: [0, 1, 2, 3], logWeights: numbers)
      return "logWeights"
    },
    { numbers in
      _ = try ProxyNCA().value(
        features: x, classWeights: y, labels: [0, 1, 2, 3], logWeights: numbers)
      return "logWeights"
    },
  ]

  @Test("are too few or too many, not finite, or more than logits hold", arguments: calls.indices)
  func numbers(_ index: Int) throws {
    let call = Self.calls[index]
    let name = try call([0, 1, 2, 3])
    for (numbers, problem) in [
      ([0, 1, 2], "expected 4"), ([0, 1, 2, 3, 4], "expected 4"), ([0, .nan, 0, 0], "finite"),
      ([0, -.infinity, 0, 0], "finite"), ([0, 1e30, 0, 0], "in Float arithmetic"),
    ] as [([Double], String)] {
      let error = #expect(throws: ContrastiveError.self) { try call(numbers) }
      #expect(error?.argument.name == name)
      if numbers.count == 4 { #expect(error?.row == 1) }
      #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }
  }

  @Test("are of queries that are no candidates")
  func rowsOfOneDirection() {
    let losses: [any LogWeightedPairedLoss] = [
      InfoNCE(temperature: 1), MoCoV3(temperature: 1),
    ]
    for loss in losses {
      let error = #expect(throws: ContrastiveError.self) {
        try loss.value(
          queries: Self.x, keys: Self.y, logWeights: PairLogWeights(rows: [0, 0, 0, 0]))
      }
      #expect(error?.argument == .logWeightsOfRows)
    }
    let error = #expect(throws: ContrastiveError.self) {
      try MaxSimInfoNCE(temperature: 1).value(
        queries: TokenRows(vectors: Self.x), documents: TokenRows(vectors: Self.y),
        logWeights: PairLogWeights(rows: [0, 0, 0, 0]))
    }
    #expect(error?.argument == .logWeightsOfRows)
  }
}
