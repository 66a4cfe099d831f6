import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("A loss that cannot be computed says why in one line")
struct LossErrorTests {
  static let rows = Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 1)
  static let short = Matrix<Double>.random(rowCount: 2, columnCount: 2, seed: 2)
  static let narrow = Matrix<Double>.random(rowCount: 3, columnCount: 1, seed: 3)
  static let none = Matrix<Double>(rowCount: 0, columnCount: 2)
  static let flat = Matrix<Double>(rowCount: 3, columnCount: 0)
  static let broken = rows.replacing(2, 0, by: .nan)
  static let infinite = rows.replacing(1, 1, by: -.infinity)

  private func expect(
    _ line: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    expectRefusal(line, sourceLocation: sourceLocation, body)
  }

  // Which arrays there are, and what they are called, the gradients say.
  @Test("arrays that are none, or do not fit", arguments: try ShapedLoss.all())
  func arrays(_ loss: ShapedLoss) throws {
    func refuses(_ line: String, _ arrays: [Matrix<Double>]) {
      expect(line) { _ = try loss.calls(arrays[0], arrays[1], arrays[2]).step(.mean) }
    }
    let good = [Self.rows, Self.rows, Self.rows]
    let names = try loss.calls(good[0], good[1], good[2]).step(.mean).gradients.map {
      loss.argument(ofGradient: $0.name)
    }
    let places = loss.places
    #expect(names.count == places.count)
    func all(_ rows: Matrix<Double>) -> [Matrix<Double>] {
      (0..<3).map { places.contains($0) ? rows : good[$0] }
    }
    refuses(loss.lineOfNoRows(names[0]), all(Self.none))
    for (name, place) in zip(names, places) {
      var arrays = good
      arrays[place] = Self.infinite
      refuses("\(name): row 1 holds a NaN or an infinity; every number must be finite", arrays)
      arrays[place] = Self.broken
      refuses("\(name): row 2 holds a NaN or an infinity; every number must be finite", arrays)
      guard place > 0 else { continue }
      arrays[place] = Self.narrow
      refuses("\(name): expected 2 columns, as \(names[0]), found 1 column", arrays)
      guard loss.hasRowForEach(at: place) else { continue }
      arrays[place] = Self.short
      refuses("\(name): expected 3 rows, as \(names[0]), found 2 rows", arrays)
    }
    refuses(
      "\(names[0]): expected at least one column, found none", [Self.flat, Self.rows, Self.rows])
  }

  @Test("weights that are not those of its terms", arguments: try ShapedLoss.all())
  func weights(_ loss: ShapedLoss) throws {
    let calls = try loss.calls(Self.rows, Self.rows, Self.rows)
    let count = try calls.perTerm().terms.count
    expect("weights: expected \(count), one per term, found \(count + 1)") {
      _ = try calls.step(.weighted(Array(repeating: 1, count: count + 1)))
    }
    guard count > 0 else { return }
    var weights = Array(repeating: 1.0, count: count)
    weights[count - 1] = .nan
    expect(
      "weights: row \(count - 1) holds a NaN or an infinity; every number must be finite"
    ) { _ = try calls.step(.weighted(weights)) }
  }

  @Test("negatives that are not as many for each query")
  func negatives() {
    expect("negatives: expected a multiple of 3 rows, as many per query, found 2 rows") {
      _ = try InfoNCE(temperature: 0.1).valueWithGradient(
        queries: Self.rows, positives: Self.rows, negatives: .paired(Self.short))
    }
  }

  @Test("SigLIP's bias", arguments: [.nan, .infinity, -1e300] as [Double])
  func bias(_ bias: Double) {
    let most = Double.greatestFiniteMagnitude.squareRoot()
    expect("bias: expected a number from \(-most) to \(most) in Double arithmetic, found \(bias)") {
      _ = try SigLIP(temperature: 0.1, bias: bias).valueWithGradient(
        images: Self.rows, texts: Self.rows)
    }
  }

  @Test(
    "class indices that are none", arguments: LossSubject.ofClassWeights + LossSubject.ofClassAgents
  )
  func classLabels(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.classWeightLoss(temperature: 0.1) ?? subject.classAgentLoss())
    func check(_ line: String, _ weights: Matrix<Double>, _ labels: [Int]) {
      expect(line) {
        _ = try loss.valueWithGradient(features: Self.rows, classWeights: weights, labels: labels)
      }
    }
    check("classWeights: expected at least one row, found none", Self.none, [0, 0, 0])
    check("labels: expected 3, one per row of features, found 2", Self.short, [0, 1])
    check("labels: expected class indices from 0 to 1, found 2 in row 1", Self.short, [0, 2, -1])
    check("labels: expected class indices from 0 to 1, found -1 in row 2", Self.short, [0, 1, -1])
  }

  @Test("labels of a batch that are not one per row", arguments: try ShapedLoss.labelled())
  func labels(_ loss: any LabelledLoss) {
    for labels in [[0, 1], [0, 0, 1, 1]] {
      expect("labels: expected 3, one per row of embeddings, found \(labels.count)") {
        _ = try loss.valueWithGradient(embeddings: Self.rows, labels: labels)
      }
    }
  }

  @Test("margins that are no distances", arguments: [-0.5, .nan, .infinity] as [Double])
  func margins(_ margin: Double) {
    let most = Double.greatestFiniteMagnitude.squareRoot()
    let line = "margin: expected a number from 0 to \(most) in Double arithmetic, found \(margin)"
    for loss in [CContrastive(margin: margin), CTriplet(margin: margin)] as [any ClassAgentLoss] {
      expect(line) {
        _ = try loss.value(features: Self.rows, classWeights: Self.rows, labels: [0, 1, 2])
      }
    }
    expect(line) {
      _ = try TripletMargin(margin: margin).value(embeddings: Self.rows, labels: [0, 0, 1])
    }
  }

  @Test("the triplet loss of rows that are too long")
  func longRows() throws {
    let (rows, raw) = (Self.rows, TripletMargin(isNormalized: false))
    let long = rows.replacing(1, 0, by: 1e200)
    let finite = "rows whose squared distances are finite in Double arithmetic"
    expect("anchors: expected \(finite), found others in row 1") {
      _ = try raw.valueWithGradient(anchors: long, positives: rows, negatives: rows)
    }
    expect("embeddings: expected \(finite), found a longer one in row 1") {
      _ = try raw.valueWithGradient(embeddings: long, labels: [0, 0, 1])
    }
    expect("negatives: row 2 holds a NaN or an infinity; every number must be finite") {
      _ = try raw.valueWithGradient(anchors: rows, positives: rows, negatives: Self.broken)
    }
    expect("labels: expected 3, one per row of embeddings, found 2") {
      _ = try TripletMargin().hardestTriplets(embeddings: rows, labels: [0, 1])
    }
  }

  @Test("a temperature that the scalar's arithmetic cannot take", arguments: [1e-20, 1e38])
  func temperature(_ value: Double) throws {
    let rows = Self.rows.converted(to: Float.self)
    let least = 1 / Double(Float.greatestFiniteMagnitude).squareRoot()
    let temperature = try Temperature(value)
    expect(
      "temperature: expected a number from \(least) to \(0x1p126) in Float arithmetic, found \(value)"
    ) {
      _ = try InfoNCE(temperature: temperature).value(queries: rows, positives: rows)
    }
    #expect(
      try InfoNCE(temperature: temperature).value(queries: Self.rows, positives: Self.rows) >= 0)
  }

  @Test("batches that are too small, or have no pair")
  func small() {
    expect("embeddings: expected at least two rows, found 1 row") {
      _ = try Uniformity().valueWithGradient(embeddings: Self.rows.rows(0..<1))
    }
    expect("labels: expected two equal labels at least, found all different") {
      _ = try ContrastiveLosses.Tolerance().valueWithGradient(
        embeddings: Self.rows, labels: [2, 0, 1])
    }
  }

  @Test("losses of logits")
  func logits() {
    let (rows, entropy) = (Self.rows, SoftmaxCrossEntropy())
    expect("labels: expected 3, one per row of logits, found 1") {
      _ = try entropy.valueWithGradient(logits: rows, labels: [0])
    }
    expect("labels: expected class indices from 0 to 1, found 2 in row 1") {
      _ = try entropy.valueWithGradient(logits: rows, labels: [0, 2, 1])
    }
    expect("labels: expected class indices from 0 to 1, found -1 in row 0") {
      _ = try entropy.valueWithGradient(logits: rows, labels: [-1, 2, 1])
    }
  }

  @Test("parameters out of range", arguments: [-0.1, 1, .nan, .infinity])
  func positivePrior(_ prior: Double) {
    expect("positivePrior: expected a number from 0 up to 1, without it, found \(prior)") {
      _ = try DebiasedContrastive(temperature: 0.1, positivePrior: prior)
    }
    expect("positivePrior: expected a number from 0 up to 1, without it, found \(prior)") {
      _ = try HardNegative(temperature: 0.1, positivePrior: prior, concentration: 1)
    }
  }

  @Test("powers and sharpnesses out of range", arguments: [0, -1, .nan, .infinity] as [Double])
  func positiveNumbers(_ value: Double) {
    expect("exponent: expected a positive finite number, found \(value)") {
      _ = try Alignment(exponent: value)
    }
    expect("t: expected a positive finite number, found \(value)") { _ = try Uniformity(t: value) }
    guard value != 0 else { return }
    expect("concentration: expected a finite number, 0 or more, found \(value)") {
      _ = try HardNegative(temperature: 0.1, positivePrior: 0.1, concentration: value)
    }
  }
}
