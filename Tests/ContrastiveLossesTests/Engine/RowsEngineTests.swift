import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("The engine equals plain loops over pairs")
struct RowsEngineTests {
  struct Tile: CustomTestStringConvertible {
    let rows: Int
    let columns: Int

    var testDescription: String { "\(rows)×\(columns)" }
  }

  static let tiles = [
    Tile(rows: 1, columns: 1), Tile(rows: 2, columns: 3), Tile(rows: 5, columns: 7),
  ]

  /// One less, one more, and two and a part.
  static func edges(_ size: Int) -> [Int] { [size - 1, size, size + 1, 2 * size + 3] }

  @Test(
    "around tile edges, in every strategy, on 1 to 3 threads and every instruction set",
    arguments: LossSubject.allCases, tiles)
  func tileEdges(_ subject: LossSubject, tile: Tile) throws {
    let rowCounts =
      subject.hasColumns
      ? Self.edges(tile.rows) : Array(Set(Self.edges(tile.rows) + Self.edges(tile.columns)))
    var turn = 0
    for rows in rowCounts where rows >= subject.fewestRows {
      let columnCounts = subject.hasColumns ? Self.edges(tile.columns) : [rows]
      for columns in columnCounts where columns >= subject.fewestColumns {
        let plain = subject.plain(rows: rows, columns: columns, seed: UInt64(turn))
        try check(subject, plain, tile: tile, turn: turn)
        turn += 1
      }
    }
  }

  /// A row's scale belongs to its anchor, whichever tile, block or side it is in.
  @Test(
    "with temperatures of rows, around tile edges and in every strategy",
    arguments: LossSubject.allCases.filter(\.takesRowTemperatures), tiles)
  func rowTemperatures(_ subject: LossSubject, tile: Tile) throws {
    var turn = 0
    for rows in [tile.rows, tile.columns + 1, 2 * tile.rows + 3] where rows >= subject.fewestRows {
      for sides in 1...subject.sides {
        let columns = subject.hasColumns ? Self.edges(tile.columns)[turn % 4] : rows
        guard columns >= subject.fewestColumns else { continue }
        let plain = subject.plain(rows: rows, columns: columns, seed: UInt64(turn))
          .withTemperatures(
            ofRows: subject.temperatureCount(rows: rows, columns: columns, sides: sides),
            seed: UInt64(turn + 7))
        try check(subject, plain, tile: tile, turn: turn)
        turn += 1
      }
    }
  }

  /// In every strategy in Double, and in one of them in Float.
  private func check(_ subject: LossSubject, _ plain: PlainLoss, tile: Tile, turn: Int) throws {
    let expected = plain.answer()
    let variants = ComputeOptions.variants(
      tileRows: tile.rows, tileColumns: tile.columns, turn: turn)
    for options in variants {
      try check(subject, plain, as: Double.self, expected, options)
    }
    try check(subject, plain, as: Float.self, expected, variants[turn % variants.count])
  }

  func check<Scalar: EmbeddingScalar>(
    _ subject: LossSubject, _ plain: PlainLoss, as scalar: Scalar.Type, _ expected: Answer,
    _ options: ComputeOptions
  ) throws {
    let answer = try subject.answer(
      plain, as: scalar, of: options.strategy == .onePass ? .queries : .all, options: options)
    // Terms of the gradient are as large as 1/nτ, and d = 3 leaves little of them to cancel.
    let rowCount = max(1, plain.inputs.values.map(\.rowCount).max() ?? 1)
    answer.expectClose(
      to: expected,
      tolerance: TestSupport.Tolerance(temperature: plain.finestTemperature, scalar: scalar),
      lossSize: subject.isDifference ? 1 / plain.finestTemperature : 1e-3,
      gradientSize: 1 / (Double(rowCount) * plain.finestTemperature),
      "\(subject) \(plain.inputs.mapValues(\.rowCount)) \(options)")
  }

  @Test(
    "at the default tiles",
    arguments: [
      (LossSubject.shared, 255, 511), (.shared, 256, 512), (.shared, 257, 513),
      (.shared, 511, 513), (.shared, 512, 512), (.shared, 515, 1027), (.paired, 129, 5),
      (.inBatchAndShared, 257, 257), (.inBatch, 513, 513),
      (.clip, 513, 513), (.sigLIP, 513, 513), (.supCon, 270, 270),
      (.pairs, 257, 257), (.hardNegative, 129, 129),
      (.uniformity, 257, 257), (.supConMemory, 257, 513), (.pairsMemory, 257, 513),
      (.mocoV3, 257, 257), (.smoothed, 257, 257), (.rince, 257, 257), (.matryoshka, 257, 257),
      (.coSENT, 515, 515), (.maxSim, 300, 300), (.angle, 257, 257), (.orthogonal, 300, 300),
      (.cContrastive, 300, 513), (.cTriplet, 513, 300),
      (.tripletMargin, 150, 150), (.batchHard, 515, 515),
      (.proxyNCA, 300, 513), (.proxyAnchor, 513, 300),
    ] + LossSubject.ofMetricLearning.map { ($0, $0 == .semiHard ? 40 : 270, 270) }
      + LossSubject.ofClassWeights.map { ($0, 300, 513) }
      + LossSubject.tokens.dropFirst().map { ($0, 140, 140) }
      + LossSubject.ofTwoViews.map { ($0, 150, 150) })
  func defaultTiles(_ subject: LossSubject, rows: Int, columns: Int) throws {
    let plain = subject.plain(rows: rows, columns: columns)
    let variants =
      (1...3).map { ComputeOptions(threads: $0) }
      + ComputeOptions.Strategy.allCases.map {
        ComputeOptions(tileRows: 256, tileColumns: 512, strategy: $0, threads: 1, isa: .best)
      }
    try check(subject, plain, variants)
  }

  @Test(
    "at the default tiles, with temperatures of rows",
    arguments: [
      (LossSubject.shared, 257, 513), (.inBatch, 300, 300), (.clip, 513, 513), (.ntXent, 150, 150),
      (.supCon, 270, 270), (.sigLIP, 300, 300), (.hardNegative, 129, 129),
    ])
  func defaultTilesOfRowTemperatures(_ subject: LossSubject, rows: Int, columns: Int) throws {
    let plain = subject.plain(rows: rows, columns: columns)
      .withTemperatures(
        ofRows: subject.temperatureCount(rows: rows, columns: columns, sides: subject.sides),
        seed: 3)
    try check(subject, plain, [ComputeOptions(threads: 1), ComputeOptions(threads: 2)])
  }

  /// Expects the terms of a plain loop, and its slopes along random directions.
  private func check(
    _ subject: LossSubject, _ plain: PlainLoss, _ variants: [ComputeOptions]
  ) throws {
    let directions = plain.inputs.mapValues {
      Matrix<Double>.random(rowCount: $0.rowCount, columnCount: $0.columnCount, seed: 99)
    }
    let expected = plain.terms().map(\.value)
    let slopes = directions.map { (name: $0, slope: plain.value(along: [$0: $1]).slope) }
    var generator = SeededGenerator(seed: 98)
    let temperatureDirection = (plain.temperatures ?? []).map { _ in
      Double.random(in: -1...1, using: &generator)
    }
    let temperatureSlope = plain.value(temperatureSlopes: temperatureDirection).slope
    for options in variants {
      let answer = try subject.answer(
        plain, as: Double.self, of: options.strategy == .onePass ? .queries : .all,
        options: options)
      expectClose(answer.terms, expected, size: 1, tolerance: 1e-11, "\(subject): terms")
      if plain.temperatures != nil {
        let gradient = try #require(answer.gradients["temperatures"])
        let products = zip(gradient, temperatureDirection).map { $0 * $1 }
        expectClose(
          products.reduce(0, +), temperatureSlope, size: products.reduce(0) { $0 + abs($1) },
          tolerance: 1e-11, "\(subject): slope by temperatures")
      }
      for (name, slope) in slopes {
        guard let gradient = answer.gradients[name] else {
          #expect(
            options.strategy == .onePass && name != "queries" || subject.constants.contains(name))
          continue
        }
        let products = zip(gradient, directions[name]?.elements ?? []).map { $0 * $1 }
        expectClose(
          products.reduce(0, +), slope, size: products.reduce(0) { $0 + abs($1) },
          tolerance: 1e-11, "\(subject): slope by \(name)")
      }
    }
  }

  @Test("gives the same bits run after run", arguments: LossSubject.allCases, 1...3)
  func sameBits(_ subject: LossSubject, threads: Int) throws {
    let plain = subject.plain(rows: 23, columns: 29)
    for strategy in ComputeOptions.Strategy.allCases {
      let options = ComputeOptions(
        tileRows: 5, tileColumns: 3, strategy: strategy, threads: threads, isa: .best)
      let gradients: LossSubject.Gradients = strategy == .onePass ? .queries : .all
      let first = try subject.answer(plain, as: Float.self, of: gradients, options: options)
      for _ in 0..<2 {
        let again = try subject.answer(plain, as: Float.self, of: gradients, options: options)
        #expect(again == first)
      }
    }
  }
}
