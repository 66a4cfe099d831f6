import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("The triplet loss of a batch's hardest triplets")
struct BatchHardTests {
  /// Tiles of one element and more, each with another number of threads and instruction set.
  static let variants = ComputeOptions.referenceVariants

  /// By plain loops over distances in Double.
  static func hardest<Scalar: EmbeddingScalar>(_ rows: Matrix<Scalar>, labels: [Int]) -> [Triplet] {
    func distance(_ a: Int, _ b: Int) -> Double {
      (0..<rows.columnCount).reduce(0) {
        let difference = Double(rows[a, $1]) - Double(rows[b, $1])
        return $0 + difference * difference
      }
    }
    return labels.indices.compactMap { a in
      var (positive, negative): (Int?, Int?)
      for b in labels.indices where b != a {
        if labels[b] == labels[a] {
          if distance(a, b) > positive.map({ distance(a, $0) }) ?? -1 { positive = b }
        } else if distance(a, b) < negative.map({ distance(a, $0) }) ?? .infinity {
          negative = b
        }
      }
      guard let positive, let negative else { return nil }
      return Triplet(anchor: a, positive: positive, negative: negative)
    }
  }

  // By inner products the second row would be the nearest, by distances the third is.
  @Test("of cosines goes by the loss's distance where unit rows are not quite of length 1")
  func lengths() throws {
    func row(length: Double, product: Double) -> [Double] {
      [product, (length * length - product * product).squareRoot()]
    }
    let rows = try UnitRows(
      validating: Matrix(
        rows: [
          [1, 0], row(length: 1.0099, product: 0.905), row(length: 0.9901, product: 0.9), [0, 1],
        ]),
      tolerance: 0.02)
    let triplets = try TripletMargin(distance: .cosine).hardestTriplets(
      embeddings: rows, labels: [0, 1, 1, 0])
    #expect(triplets.first { $0.anchor == 0 }?.negative == 2)
  }

  // By a·b − ½‖b‖² alone a row of zeros would rank as one at cosine ½.
  @Test("of cosines takes a row of zeros for one at cosine 0", arguments: variants)
  func zeroRow(_ options: ComputeOptions) throws {
    func row(_ cosine: Double) -> [Double] { [cosine, (1 - cosine * cosine).squareRoot()] }
    let loss = TripletMargin(margin: 0.2, distance: .cosine)
    let negative = try loss.hardestTriplets(
      embeddings: Matrix<Double>(rows: [[1, 0], row(0.5), [0, 0], row(0.4)]),
      labels: [0, 0, 1, 1], options: options)
    #expect(negative.first == Triplet(anchor: 0, positive: 1, negative: 3))
    let positive = try loss.hardestTriplets(
      embeddings: Matrix<Double>(rows: [[1, 0], row(0.4), [0, 0], row(0.5)]),
      labels: [0, 0, 0, 1], options: options)
    #expect(positive.first == Triplet(anchor: 0, positive: 2, negative: 3))
  }

  @Test("chooses what plain loops do", arguments: TripletMargin.Distance.allCases, scalars)
  func choice(_ distance: TripletMargin.Distance, as scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      // Row 7 is alone with its label.
      let labels = (0..<23).map { $0 == 7 ? 99 : $0 * $0 % 4 }
      let rows = Matrix<Scalar>.random(rowCount: 23, columnCount: 4, seed: 5)
      for isNormalized in distance == .cosine ? [true] : [true, false] {
        let loss = TripletMargin(distance: distance, isNormalized: isNormalized)
        let taken = isNormalized ? try rows.normalized().matrix : rows
        let expected = Self.hardest(taken, labels: labels)
        #expect(expected.count == 22)
        for options in Self.variants {
          #expect(
            try loss.hardestTriplets(embeddings: rows, labels: labels, options: options)
              == expected)
        }
      }
    }
    try check(scalar)
  }

  @Test("takes the first of rows that are equally far, whatever the tiles", arguments: scalars)
  func ties(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      // Every direction four times, in turn, of two labels: each anchor has twins of its own label and
      // of the other.
      let distinct = Matrix<Scalar>.random(rowCount: 5, columnCount: 37, seed: 3)
      let rows = Matrix<Scalar>(rowCount: 20, columnCount: 37) { distinct[$0 % 5, $1] }
      let labels = (0..<20).map { $0 / 5 % 2 }
      let expected = Self.hardest(try rows.normalized().matrix, labels: labels)
      #expect(expected.count == 20)
      for options in Self.variants {
        let chosen = try TripletMargin().hardestTriplets(
          embeddings: rows, labels: labels, options: options)
        #expect(chosen == expected)
      }
      // All rows equal: the first of each.
      let equal = Matrix<Scalar>(rowCount: 20, columnCount: 37) { _, c in distinct[0, c] }
      for options in Self.variants {
        let chosen = try TripletMargin(distance: .cosine).hardestTriplets(
          embeddings: equal, labels: labels, options: options)
        #expect(
          chosen
            == labels.indices.map {
              Triplet(
                anchor: $0, positive: labels[$0] == 0 ? ($0 == 0 ? 1 : 0) : ($0 == 5 ? 6 : 5),
                negative: labels[$0] == 0 ? 5 : 0)
            })
      }
    }
    try check(scalar)
  }

  @Test("is not misled by rounding where rows are far from the origin")
  func farFromOrigin() throws {
    // Distances of about 1 at lengths of 4000, where an inner product in Float is off by more.
    let noise = Matrix<Float>.random(rowCount: 30, columnCount: 16, seed: 8)
    let rows = Matrix<Float>(rowCount: 30, columnCount: 16) { 1000 + noise[$0, $1] }
    let labels = (0..<30).map { $0 % 3 }
    let expected = Self.hardest(rows, labels: labels)
    let loss = TripletMargin(distance: .euclidean, isNormalized: false)
    for options in Self.variants {
      #expect(
        try loss.hardestTriplets(embeddings: rows, labels: labels, options: options) == expected)
    }
  }

  @Test("is the loss of these triplets, given", arguments: TripletMargin.Distance.allCases)
  func givenTriplets(_ distance: TripletMargin.Distance) throws {
    let rows = Matrix<Double>.random(rowCount: 12, columnCount: 3, seed: 4)
    let labels = (0..<12).map { $0 % 3 }
    let loss = TripletMargin(margin: 0.1, distance: distance, isNormalized: false)
    let triplets = try loss.hardestTriplets(embeddings: rows, labels: labels)
    func gathered(_ index: KeyPath<Triplet, Int>) -> Matrix<Double> {
      Matrix(rowCount: 12, columnCount: 3) { rows[triplets[$0][keyPath: index], $1] }
    }
    for reduction in [.mean, .sum, .meanOverNonZero] as [Reduction] {
      let mined = try loss.valueWithGradient(
        embeddings: rows, labels: labels, reduction: reduction)
      let given = try loss.valueWithGradient(
        anchors: gathered(\.anchor), positives: gathered(\.positive),
        negatives: gathered(\.negative), reduction: reduction)
      #expect(mined.value == given.value && mined.terms == given.terms)
      #expect(mined.diagnostics == given.diagnostics)
      var sum = Matrix<Double>(rowCount: 12, columnCount: 3)
      for (row, triplet) in triplets.enumerated() {
        for c in 0..<3 {
          sum[triplet.anchor, c] += try #require(given.gradient.anchors)[row, c]
          sum[triplet.positive, c] += try #require(given.gradient.positives)[row, c]
          sum[triplet.negative, c] += try #require(given.gradient.negatives)[row, c]
        }
      }
      expectClose(
        mined.gradient.embeddings?.elements, sum.elements, size: 12, tolerance: 1e-15, "gradient")
    }
  }

  @Test("gradients equal central differences", arguments: TripletMargin.Distance.allCases)
  func finiteDifferences(_ distance: TripletMargin.Distance) throws {
    let rows = Matrix<Double>.random(rowCount: 8, columnCount: 3, seed: 6)
    let labels = [0, 1, 2, 0, 1, 2, 0, 5]
    let loss = TripletMargin(margin: 0.4, distance: distance)
    let step = try loss.valueWithGradient(embeddings: rows, labels: labels)
    #expect(step.terms.count == 7)
    expectClose(
      step.gradient.embeddings?.elements,
      try TestSupport.finiteDifferences(of: rows, step: finiteDifferenceStep) {
        try loss.valueWithGradient(embeddings: $0, labels: labels, of: []).value
      }, size: max(1, step.value), tolerance: finiteDifferenceTolerance, "embeddings")
  }

  @Test(
    "has no terms where no row has both, and is 0",
    arguments: [[0, 0, 0], [0, 1, 2]], [.mean, .sum, .meanOverNonZero] as [Reduction])
  func noTriplets(labels: [Int], reduction: Reduction) throws {
    let rows = Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1)
    let step = try TripletMargin().valueWithGradient(
      embeddings: rows, labels: labels, reduction: reduction)
    #expect(step.value == 0 && step.terms.isEmpty)
    #expect(step.gradient.embeddings == Matrix(rowCount: 3, columnCount: 2))
    #expect(step.diagnostics?.top1Accuracy == nil)
    let alone = try TripletMargin().valueWithGradient(
      embeddings: rows.rows(0..<1), labels: [4], reduction: reduction)
    #expect(alone.value == 0 && alone.terms.isEmpty)
  }
}
