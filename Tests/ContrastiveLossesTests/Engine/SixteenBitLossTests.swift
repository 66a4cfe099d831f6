import Contrastive
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Losses by sixteen-bit products")
struct SixteenBitLossTests {
  static func options(
    tileRows: Int? = nil, tileColumns: Int? = nil, strategy: ComputeOptions.Strategy? = nil,
    threads: Int = 1, isa: InstructionSet = .best
  ) -> ComputeOptions {
    var options = ComputeOptions(
      tileRows: tileRows, tileColumns: tileColumns, strategy: strategy, threads: threads, isa: isa)
    options.products = .sixteenBit
    return options
  }

  @Test(
    "are full ones' to the logits' and weights' rounding, around tile edges and in every strategy",
    arguments: LossSubject.allCases)
  func everyLoss(_ subject: LossSubject) throws {
    var turn = 0
    for (rows, columns) in [(7, 9), (26, 67)] {
      for temperature in [0.07, 0.5] {
        let dimension = 6
        let plain = subject.plain(
          rows: rows, columns: columns, dimension: dimension, temperature: temperature,
          seed: UInt64(turn))
        let full = try subject.answer(plain, as: Double.self)
        for strategy in ComputeOptions.Strategy.allCases {
          for isa in InstructionSet.available {
            turn += 1
            let answer = try subject.answer(
              plain, as: Float.self, of: strategy == .onePass ? .queries : .all,
              options: Self.options(
                tileRows: [nil, 5, 12][turn % 3], tileColumns: [nil, 7, 32][turn / 3 % 3],
                strategy: strategy, threads: 1 + turn % 3, isa: isa))
            // Terms are as large as logits, and a gradient's as 2/nτ over a length of 1/2.
            let count = Double(max(1, plain.inputs.values.map(\.rowCount).min() ?? 1))
            answer.expectClose(
              to: full, tolerance: .sixteenBit(dimension: dimension, temperature: temperature),
              lossSize: 1,
              gradientSize: 4 / temperature / (subject.hasHinge ? 1 : min(count, Double(rows))),
              "\(subject) \(strategy) \(isa)")
          }
        }
      }
    }
  }

  @Test("are the same bits every time", arguments: LossSubject.allCases, 1...3)
  func equalBits(_ subject: LossSubject, threads: Int) throws {
    let plain = subject.plain(rows: 40, columns: 70, dimension: 17, temperature: 0.1)
    let options = Self.options(tileRows: 12, tileColumns: 16, threads: threads)
    let first = try subject.answer(plain, as: Float.self, options: options)
    for _ in 0..<3 {
      #expect(try subject.answer(plain, as: Float.self, options: options) == first)
    }
  }

  @Test("leave Double as it is", arguments: LossSubject.allCases)
  func double(_ subject: LossSubject) throws {
    let plain = subject.plain(rows: 7, columns: 9)
    var options = Self.options()
    let rounded = try subject.answer(plain, as: Double.self, options: options)
    options.products = .full
    #expect(try subject.answer(plain, as: Double.self, options: options) == rounded)
  }

  @Test("rank equal rows as ties")
  func ties() throws {
    // All elements of a row err alike, by far more than a cosine's rounding in Float.
    let row = Matrix<Float>(rowCount: 33, columnCount: 300) { _, _ in 1 }
    let step = try InfoNCE(temperature: 0.1).valueWithGradient(
      queries: row, positives: row, negatives: .inBatch, options: Self.options())
    #expect(step.diagnostics?.top1Accuracy == 0)
    let clip = try CLIP(temperature: 0.1).valueWithGradient(
      images: row, texts: row, options: Self.options())
    #expect(clip.diagnostics?.top1Accuracy == 0)
    let views = try NTXent(temperature: 0.1).valueWithGradient(
      viewA: row, viewB: row, options: Self.options())
    #expect(views.diagnostics?.top1Accuracy == 0)
  }

  /// Where some tiles are in full, and where what matters is computed one by one.
  @Test("rank equal rows as ties where not all logits are rounded")
  func mixedTies() throws {
    // Every row has one equal among the others, with which its positive ties for the first rank.
    let rows = Matrix<Float>.random(rowCount: 128, columnCount: 301, seed: 3)
    let pairs = Matrix<Float>(rowCount: 256, columnCount: 301) { rows[$0 / 2, $1] }
    for temperature in [0.01, 0.1] {
      for largest in [nil, 0, 1e-6 / temperature, 8.9e-6 / temperature] {
        var options = Self.options()
        options.largestLogitError = largest
        let step = try InfoNCE(temperature: try Temperature(temperature)).valueWithGradient(
          queries: pairs, positives: pairs, negatives: .inBatch, options: options)
        #expect(step.diagnostics?.top1Accuracy == 0, "\(temperature) \(largest ?? -1)")
        #expect(step.diagnostics?.top5Accuracy == 1)
        let clip = try CLIP(temperature: try Temperature(temperature)).valueWithGradient(
          images: pairs, texts: pairs, options: options)
        #expect(clip.diagnostics?.top1Accuracy == 0, "\(temperature) \(largest ?? -1)")
      }
    }
  }

  @Test("tell the logits' error")
  func logitError() throws {
    let rows = Matrix<Float>.random(rowCount: 20, columnCount: 64, seed: 1)
    let others = Matrix<Float>.random(rowCount: 20, columnCount: 64, seed: 2)
    func error(_ options: ComputeOptions) throws -> [LogitError?] {
      [
        try InfoNCE(temperature: 0.1).valueWithGradient(
          queries: rows, positives: others, negatives: .inBatch, options: options
        ).diagnostics?.logitError,
        try CLIP(temperature: 0.1).valueWithGradient(
          images: rows, texts: others, options: options
        ).diagnostics?.logitError,
        try SigLIP(temperature: 0.1, bias: -1).valueWithGradient(
          images: rows, texts: others, options: options
        ).diagnostics?.logitError,
      ]
    }
    #expect(try error(ComputeOptions()).allSatisfy { $0 == nil })
    let takesThem = SixteenBitProducts<Float>(on: .best, from: .shared)?.areFast == true
    for error in try error(Self.options()) {
      #expect((error != nil) == takesThem)
      guard let error else { continue }
      #expect(abs(error.expected / 8.9e-5 - 1) < 0.1)
      #expect(error.bound > error.expected)
    }
  }
}
