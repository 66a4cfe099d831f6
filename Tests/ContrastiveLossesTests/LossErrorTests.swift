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

  /// What every loss of two aligned arrays refuses.
  private func checkPairs(
    _ first: String, _ second: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ loss: (Matrix<Double>, Matrix<Double>) throws -> Void
  ) {
    func check(_ line: String, _ a: Matrix<Double>, _ b: Matrix<Double>) {
      expect(line, sourceLocation: sourceLocation) { try loss(a, b) }
    }
    let rows = Self.rows
    check("\(first): expected at least one row, found none", Self.none, Self.none)
    check("\(second): expected 3 rows, as \(first), found 2 rows", rows, Self.short)
    check("\(second): expected 2 columns, as \(first), found 1 column", rows, Self.narrow)
    let ending = "holds a NaN or an infinity; every number must be finite"
    check("\(first): row 1 \(ending)", Self.infinite, rows)
    check("\(second): row 2 \(ending)", rows, Self.broken)
  }

  @Test("InfoNCE")
  func infoNCE() {
    func check(
      _ line: String, _ q: Matrix<Double>, _ p: Matrix<Double>, _ n: Negatives<Double> = .inBatch,
      reduction: Reduction = .mean, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      expect(line, sourceLocation: sourceLocation) {
        _ = try InfoNCE(temperature: 0.1).valueWithGradient(
          queries: q, positives: p, negatives: n, reduction: reduction)
      }
    }
    let (rows, broken) = (Self.rows, Self.broken)
    check("queries: expected at least one row, found none", Self.none, Self.none)
    check("queries: expected at least one column, found none", Self.flat, Self.flat)
    check("positives: expected 3 rows, as queries, found 2 rows", rows, Self.short)
    check("positives: expected 2 columns, as queries, found 1 column", rows, Self.narrow)
    check(
      "negatives: expected 2 columns, as queries, found 1 column", rows, rows,
      .shared(Self.narrow))
    check(
      "negatives: expected 2 columns, as queries, found 1 column", rows, rows,
      .inBatchAndShared(Self.narrow))
    check(
      "negatives: expected a multiple of 3 rows, as many per query, found 2 rows", rows, rows,
      .paired(Self.short))
    let ending = "holds a NaN or an infinity; every number must be finite"
    check("queries: row 2 \(ending)", broken, rows)
    check("positives: row 1 \(ending)", rows, Self.infinite)
    check("negatives: row 2 \(ending)", rows, rows, .shared(broken))
    check("negatives: row 1 \(ending)", rows, rows, .paired(Self.infinite))
    check(
      "weights: expected 3, one per term, found 2", rows, rows, reduction: .weighted([1, 2]))
    check("weights: row 1 \(ending)", rows, rows, reduction: .weighted([1, .nan, 2]))
  }

  @Test("CLIP")
  func clip() {
    let (rows, loss) = (Self.rows, CLIP(temperature: 0.1))
    checkPairs("images", "texts") { _ = try loss.valueWithGradient(images: $0, texts: $1) }
    expect("weights: expected 3, one per term, found 6") {
      _ = try loss.valueWithGradient(
        images: rows, texts: rows, reduction: .weighted([1, 1, 1, 1, 1, 1]))
    }
  }

  @Test("SigLIP")
  func sigLIP() {
    let (rows, loss) = (Self.rows, SigLIP(temperature: 0.1, bias: -10))
    checkPairs("images", "texts") { _ = try loss.valueWithGradient(images: $0, texts: $1) }
    expect("images: row 1 holds a NaN or an infinity; every number must be finite") {
      _ = try loss.valueWithGradient(images: Self.infinite, texts: rows)
    }
    let most = Double.greatestFiniteMagnitude.squareRoot()
    for bias in [.nan, .infinity, -1e300] as [Double] {
      expect("bias: expected a number from \(-most) to \(most) in Double arithmetic, found \(bias)")
      {
        _ = try SigLIP(temperature: 0.1, bias: bias).valueWithGradient(images: rows, texts: rows)
      }
    }
  }

  @Test("losses of class weights", arguments: LossSubject.ofClassWeights)
  func classWeights(_ subject: LossSubject) throws {
    let loss = try #require(try subject.classWeightLoss(temperature: 0.1))
    func check(
      _ line: String, _ features: Matrix<Double>, _ weights: Matrix<Double>, _ labels: [Int],
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      expect(line, sourceLocation: sourceLocation) {
        _ = try loss.valueWithGradient(
          features: features, classWeights: weights, labels: labels, of: .all, reduction: .mean,
          diagnostics: .all, options: ComputeOptions())
      }
    }
    let rows = Self.rows
    check("features: expected at least one row, found none", Self.none, rows, [])
    check("classWeights: expected at least one row, found none", rows, Self.none, [0, 0, 0])
    check(
      "classWeights: expected 2 columns, as features, found 1 column", rows, Self.narrow,
      [0, 0, 0])
    check("labels: expected 3, one per row of features, found 2", rows, Self.short, [0, 1])
    check(
      "labels: expected class indices from 0 to 1, found 2 in row 1", rows, Self.short, [0, 2, -1])
    check(
      "labels: expected class indices from 0 to 1, found -1 in row 2", rows, Self.short,
      [0, 1, -1])
    check(
      "classWeights: row 2 holds a NaN or an infinity; every number must be finite", rows,
      Self.broken, [0, 1, 2])
  }

  @Test("MoCo v3")
  func mocoV3() {
    let loss = MoCoV3(temperature: 0.1)
    checkPairs("queries", "keys") { _ = try loss.valueWithGradient(queries: $0, keys: $1) }
  }

  @Test("NPID's softmax")
  func npidSoftmax() throws {
    func check(
      _ line: String, _ embeddings: Matrix<Double>, _ memory: Matrix<Double>, _ targets: [Int],
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      expect(line, sourceLocation: sourceLocation) {
        _ = try NPIDSoftmax(temperature: 0.1).valueWithGradient(
          embeddings: embeddings, memory: try memory.normalized(), targets: targets)
      }
    }
    let rows = Self.rows
    check("embeddings: expected at least one row, found none", Self.none, rows, [])
    check("memory: expected at least one row, found none", rows, Self.none, [0, 0, 0])
    check(
      "memory: expected 2 columns, as embeddings, found 1 column", rows, Self.narrow, [0, 0, 0])
    check("targets: expected 3, one per row of embeddings, found 2", rows, Self.short, [0, 1])
    check(
      "targets: expected a row of memory, from 0 to 1, found 7 in row 1", rows, Self.short,
      [0, 7, -1])
    check(
      "embeddings: row 2 holds a NaN or an infinity; every number must be finite", Self.broken,
      rows, [0, 1, 2])
  }

  @Test("losses of class agents", arguments: [true, false])
  func agents(isTriplet: Bool) {
    func check(
      _ line: String, _ features: Matrix<Double>, _ weights: Matrix<Double>, _ labels: [Int],
      margin: Double = 1, reduction: Reduction = .mean,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      expect(line, sourceLocation: sourceLocation) {
        _ =
          isTriplet
          ? try CTriplet(margin: margin).valueWithGradient(
            features: features, classWeights: weights, labels: labels, reduction: reduction)
          : try CContrastive(margin: margin).valueWithGradient(
            features: features, classWeights: weights, labels: labels, reduction: reduction)
      }
    }
    let rows = Self.rows
    check("features: expected at least one row, found none", Self.none, rows, [])
    check("classWeights: expected at least one row, found none", rows, Self.none, [0, 0, 0])
    check(
      "classWeights: expected 2 columns, as features, found 1 column", rows, Self.narrow,
      [0, 0, 0])
    check("labels: expected 3, one per row of features, found 2", rows, Self.short, [0, 1])
    check(
      "labels: expected class indices from 0 to 1, found 2 in row 1", rows, Self.short, [0, 2, 0])
    check(
      "features: row 2 holds a NaN or an infinity; every number must be finite", Self.broken, rows,
      [0, 1, 2])
    check(
      "weights: expected 3, one per term, found 2", rows, rows, [0, 1, 2],
      reduction: .weighted([1, 1]))
    let most = Double.greatestFiniteMagnitude.squareRoot()
    for margin in [-0.5, .nan, .infinity] as [Double] {
      check(
        "margin: expected a number from 0 to \(most) in Double arithmetic, found \(margin)",
        rows, rows, [0, 1, 2], margin: margin)
    }
  }

  @Test("the triplet loss")
  func triplets() {
    let (rows, loss) = (Self.rows, TripletMargin())
    let ending = "holds a NaN or an infinity; every number must be finite"
    expect("anchors: expected at least one row, found none") {
      _ = try loss.valueWithGradient(
        anchors: Self.none, positives: Self.none, negatives: Self.none)
    }
    expect("positives: expected 3 rows, as anchors, found 2 rows") {
      _ = try loss.valueWithGradient(anchors: rows, positives: Self.short, negatives: rows)
    }
    expect("negatives: expected 2 columns, as anchors, found 1 column") {
      _ = try loss.valueWithGradient(anchors: rows, positives: rows, negatives: Self.narrow)
    }
    let raw = TripletMargin(isNormalized: false)
    for loss in [loss, raw] {
      expect("negatives: row 2 \(ending)") {
        _ = try loss.valueWithGradient(anchors: rows, positives: rows, negatives: Self.broken)
      }
      expect("embeddings: row 1 \(ending)") {
        _ = try loss.valueWithGradient(embeddings: Self.infinite, labels: [0, 0, 1])
      }
    }
    expect("embeddings: expected at least one row, found none") {
      _ = try loss.valueWithGradient(embeddings: Self.none, labels: [])
    }
    expect("labels: expected 3, one per row of embeddings, found 2") {
      _ = try loss.hardestTriplets(embeddings: rows, labels: [0, 1])
    }
    expect("weights: expected 2, one per term, found 3") {
      _ = try loss.valueWithGradient(
        embeddings: rows, labels: [0, 0, 1], reduction: .weighted([1, 1, 1]))
    }
    let long = rows.replacing(1, 0, by: 1e200)
    let finite = "rows whose squared distances are finite in Double arithmetic"
    expect("anchors: expected \(finite), found others in row 1") {
      _ = try raw.valueWithGradient(anchors: long, positives: rows, negatives: rows)
    }
    expect("embeddings: expected \(finite), found a longer one in row 1") {
      _ = try raw.valueWithGradient(embeddings: long, labels: [0, 0, 1])
    }
    let most = Double.greatestFiniteMagnitude.squareRoot()
    for margin in [-0.5, .nan, .infinity] as [Double] {
      expect("margin: expected a number from 0 to \(most) in Double arithmetic, found \(margin)") {
        _ = try TripletMargin(margin: margin).valueWithGradient(
          embeddings: rows, labels: [0, 0, 1])
      }
    }
  }

  @Test("NPID's NCE")
  func npidNCE() throws {
    let one = try NormalizationConstant(1)
    let memory = try Self.rows.normalized()
    let good = [[0, 1], [1, 2], [2, 2]]
    func check(
      _ line: String, _ rows: Matrix<Double> = Self.rows, _ indices: [[Int]] = good,
      memory: UnitRows<Double>? = nil, epsilon: Double = 1e-7,
      normalization: NormalizationConstant? = nil,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let memory = try memory ?? Self.rows.normalized()
      expect(line, sourceLocation: sourceLocation) {
        _ = try NPIDNCE(
          temperature: 0.1, normalization: normalization ?? one, epsilon: epsilon
        ).valueWithGradient(embeddings: rows, memory: memory, indices: indices)
      }
    }
    try check("embeddings: expected at least one row, found none", Self.none, [])
    try check(
      "memory: expected at least one row, found none", memory: memory.rows(0..<0))
    try check("memory: expected 1 column, as embeddings, found 2 columns", Self.narrow)
    try check("indices: expected 3 rows, as embeddings, found 2 rows", Self.rows, [[0], [1]])
    try check(
      "indices: expected at least one index, that of the positive, found none in row 0", Self.rows,
      [[], [], []])
    try check(
      "indices: expected 2 indices, as in row 0, found 1 index in row 1", Self.rows,
      [[0, 1], [1], [2, 2]])
    try check(
      "indices: expected a row of memory, from 0 to 2, found 3 in row 2", Self.rows,
      [[0, 1], [1, 2], [2, 3]])
    try check(
      "indices: expected a row of memory, from 0 to 2, found -1 in row 0", Self.rows,
      [[0, -1], [1, 2], [2, 3]])
    try check(
      "embeddings: row 1 holds a NaN or an infinity; every number must be finite", Self.infinite)
    for epsilon in [-1e-7, .nan, .infinity] as [Double] {
      try check(
        "epsilon: expected a finite number, 0 or more, found \(epsilon)",
        epsilon: epsilon)
    }
    try check(
      "epsilon: expected a positive finite number where no row has noise, found 0.0", Self.rows,
      [[0], [1], [2]], epsilon: 0)
    let most = Double.greatestFiniteMagnitude.squareRoot()
    try check(
      "log Z: expected a number from \(-most) to \(most) in Double arithmetic, found 1e+300",
      normalization: try NormalizationConstant(logValue: 1e300))
    var generator = SeededGenerator(seed: 1)
    func draw(_ line: String, _ positives: [Int], _ noiseCount: Int, _ rowCount: Int) {
      expect(line) {
        _ = try NPIDNCE.indices(
          positives: positives, noiseCount: noiseCount, memoryRowCount: rowCount,
          using: &generator)
      }
    }
    draw("noiseCount: expected a whole number, 0 or more, found -1", [0], -1, 3)
    draw("memoryRowCount: expected a positive whole number, found 0", [], 1, 0)
    draw("positives: expected a row of memory, from 0 to 2, found 3 in row 1", [0, 3], 1, 3)
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

  @Test("losses of two views and of one batch")
  func batches() throws {
    let (rows, ending) = (Self.rows, "holds a NaN or an infinity; every number must be finite")
    let debiased = try DebiasedContrastive(temperature: 0.1, positivePrior: 0.1)
    expect("viewB: expected 3 rows, as viewA, found 2 rows") {
      _ = try debiased.valueWithGradient(viewA: rows, viewB: Self.short)
    }
    expect("viewA: row 2 \(ending)") {
      _ = try debiased.valueWithGradient(viewA: Self.broken, viewB: rows)
    }
    let hard = try HardNegative(temperature: 0.1, positivePrior: 0.1, concentration: 1)
    expect("viewA: expected at least one row, found none") {
      _ = try hard.valueWithGradient(viewA: Self.none, viewB: Self.none)
    }
    expect("viewB: expected 2 columns, as viewA, found 1 column") {
      _ = try hard.valueWithGradient(viewA: rows, viewB: Self.narrow)
    }
    let pairs = NTXentPairs(temperature: 0.1)
    expect("labels: expected 3, one per row of embeddings, found 2") {
      _ = try pairs.valueWithGradient(embeddings: rows, labels: [0, 1])
    }
    expect("embeddings: row 1 \(ending)") {
      _ = try pairs.valueWithGradient(embeddings: Self.infinite, labels: [0, 0, 1])
    }
    expect("weights: expected 2, one per term, found 3") {
      _ = try pairs.valueWithGradient(
        embeddings: rows, labels: [0, 0, 1], reduction: .weighted([1, 1, 1]))
    }
    expect("viewB: row 1 \(ending)") {
      _ = try NTXent(temperature: 0.1).valueWithGradient(viewA: rows, viewB: Self.infinite)
    }
    let decoupled = DecoupledContrastive(temperature: 0.1, weightTemperature: 0.5)
    expect("viewB: expected 3 rows, as viewA, found 2 rows") {
      _ = try decoupled.valueWithGradient(viewA: rows, viewB: Self.short)
    }
    let supCon = SupCon(temperature: 0.1)
    expect("embeddings: expected at least one row, found none") {
      _ = try supCon.valueWithGradient(embeddings: Self.none, labels: [])
    }
    expect("labels: expected 3, one per row of embeddings, found 2") {
      _ = try supCon.valueWithGradient(embeddings: rows, labels: [0, 1])
    }
    expect("weights: expected 3, one per term, found 2") {
      _ = try supCon.valueWithGradient(
        embeddings: rows, labels: [0, 0, 1], reduction: .weighted([1, 1]))
    }
    expect("embeddings: expected at least two rows, found 1 row") {
      _ = try Uniformity().valueWithGradient(embeddings: rows.rows(0..<1))
    }
    expect("labels: expected two equal labels at least, found all different") {
      _ = try ContrastiveLosses.Tolerance().valueWithGradient(embeddings: rows, labels: [2, 0, 1])
    }
    expect("labels: expected 3, one per row of embeddings, found 4") {
      _ = try ContrastiveLosses.Tolerance().valueWithGradient(
        embeddings: rows, labels: [2, 0, 1, 1])
    }
    expect("y: expected 3 rows, as x, found 2 rows") {
      _ = try Alignment().valueWithGradient(x: rows, y: Self.short)
    }
    expect("y: row 2 \(ending)") { _ = try Alignment().valueWithGradient(x: rows, y: Self.broken) }
  }

  @Test("losses of logits")
  func logits() {
    let (rows, ending) = (Self.rows, "holds a NaN or an infinity; every number must be finite")
    let entropy = SoftmaxCrossEntropy()
    expect("labels: expected 3, one per row of logits, found 1") {
      _ = try entropy.valueWithGradient(logits: rows, labels: [0])
    }
    expect("labels: expected class indices from 0 to 1, found 2 in row 1") {
      _ = try entropy.valueWithGradient(logits: rows, labels: [0, 2, 1])
    }
    expect("labels: expected class indices from 0 to 1, found -1 in row 0") {
      _ = try entropy.valueWithGradient(logits: rows, labels: [-1, 2, 1])
    }
    expect("logits: row 2 \(ending)") {
      _ = try entropy.valueWithGradient(logits: Self.broken, labels: [0, 0, 0])
    }
    let distillation = Distillation(temperature: 2)
    expect("teacherLogits: expected 2 columns, as studentLogits, found 1 column") {
      _ = try distillation.valueWithGradient(studentLogits: rows, teacherLogits: Self.narrow)
    }
    expect("teacherLogits: row 1 \(ending)") {
      _ = try distillation.valueWithGradient(studentLogits: rows, teacherLogits: Self.infinite)
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
