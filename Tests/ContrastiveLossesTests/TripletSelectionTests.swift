import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("The triplet loss of selected triplets")
struct TripletSelectionTests {
  static let labels = (0..<17).map { $0 == 7 ? 99 : $0 * $0 % 4 }

  private func isWanted(
    _ difference: Double, _ selection: TripletSelection, margin: Double
  ) -> Bool {
    switch selection {
    case .hardest: false
    case .semiHard: difference > 0 && difference <= margin
    case .hard: difference <= 0
    case .all: difference <= margin
    }
  }

  @Test(
    "chooses what plain loops do", arguments: TripletSelection.allCases.filter { $0 != .hardest },
    TripletMargin.Distance.allCases)
  func choice(_ selection: TripletSelection, _ distance: TripletMargin.Distance) throws {
    let rows = Matrix<Double>.random(rowCount: 17, columnCount: 4, seed: 5)
    let taken = try rows.normalized().matrix
    func measure(_ a: Int, _ b: Int) -> Double {
      let square = (0..<4).reduce(0) {
        $0 + (taken[a, $1] - taken[b, $1]) * (taken[a, $1] - taken[b, $1])
      }
      return switch distance {
      case .cosine: square / 2
      case .euclidean: square.squareRoot()
      case .squaredEuclidean: square
      }
    }
    let loss = TripletMargin(margin: 0.4, distance: distance, selection: selection)
    var (expected, terms): ([Triplet], [Double]) = ([], [])
    for a in 0..<17 {
      for p in 0..<17 where p != a && Self.labels[p] == Self.labels[a] {
        for n in 0..<17 where Self.labels[n] != Self.labels[a] {
          let difference = measure(a, n) - measure(a, p)
          guard isWanted(difference, selection, margin: 0.4) else { continue }
          expected.append(Triplet(anchor: a, positive: p, negative: n))
          terms.append(0.4 - difference)
        }
      }
    }
    #expect(expected.count > 20)
    for options in ComputeOptions.referenceVariants {
      #expect(
        try loss.selectedTriplets(embeddings: rows, labels: Self.labels, options: options)
          == expected)
      let step = try loss.valueWithGradient(
        embeddings: rows, labels: Self.labels, options: options)
      expectClose(step.terms, terms, size: 1, tolerance: 1e-14, "terms")
    }
  }

  @Test("has all others as semi-hard or hard")
  func parts() throws {
    let rows = Matrix<Float>.random(rowCount: 17, columnCount: 4, seed: 6)
    func triplets(_ selection: TripletSelection) throws -> Set<Triplet> {
      Set(
        try TripletMargin(margin: 0.3, selection: selection).selectedTriplets(
          embeddings: rows, labels: Self.labels))
    }
    let (all, hard, semiHard) = (try triplets(.all), try triplets(.hard), try triplets(.semiHard))
    #expect(hard.union(semiHard) == all && hard.isDisjoint(with: semiHard))
    #expect(!hard.isEmpty && !semiHard.isEmpty)
    let loss = TripletMargin(margin: 0.3)
    #expect(
      try loss.selectedTriplets(embeddings: rows, labels: Self.labels)
        == loss.hardestTriplets(embeddings: rows, labels: Self.labels))
  }

  // Equal rows are as near as each other: hard, and none of them semi-hard.
  @Test("takes ties for hard, and without a negative is 0")
  func ties() throws {
    let rows = Matrix<Float>(rowCount: 4, columnCount: 2) { _, c in [3, -1][c] }
    let hard = try TripletMargin(margin: 0.25, selection: .hard).valueWithGradient(
      embeddings: rows, labels: [0, 0, 1, 1])
    #expect(hard.terms.count == 8 && hard.value == 0.25)
    let semiHard = TripletMargin(margin: 0.25, selection: .semiHard)
    #expect(try semiHard.value(embeddings: rows, labels: [0, 0, 1, 1]) == 0)
    let one = try semiHard.valueWithGradient(embeddings: rows, labels: [1, 1, 1, 1])
    #expect(one.terms.isEmpty && one.value == 0)
    #expect(one.gradient.embeddings?.elements.allSatisfy { $0 == 0 } == true)
  }

  @Test("refuses rows too long for their distances")
  func longRows() throws {
    let rows = Matrix<Float>(rowCount: 3, columnCount: 2) { row, _ in row == 1 ? 1e19 : 1 }
    let error = #expect(throws: ContrastiveError.self) {
      try TripletMargin(isNormalized: false, selection: .all).value(
        embeddings: rows, labels: [0, 0, 1])
    }
    #expect(error?.argument == .embeddings && error?.row == 1)
  }
}
