import Contrastive
import ContrastiveKernels
import ContrastiveLosses
import TestSupport
import Testing

/// Rows that are not in memory, not all that there are, or not fit.
@Suite("A sweep's rows")
struct SweepRowsTests {
  @Test("reads rows where they are, tile by tile, and gives what arrays give")
  func sources() throws {
    let rows = SweepTests.shared.converted(to: Float.self)
    let source = RowSource<Float>(rowCount: rows.rowCount, columnCount: rows.columnCount) {
      range, elements in
      for (row, index) in range.enumerated() {
        for column in 0..<rows.columnCount {
          elements[row * rows.columnCount + column] = rows[index, column]
        }
      }
    }
    let (q, p) = (
      SweepTests.queries.converted(to: Float.self), SweepTests.positives.converted(to: Float.self)
    )
    for variables in [[.queries], .all] as [InfoNCE.Variables] {
      func step(_ negatives: Negatives<Float>) throws -> LossStep<Float, InfoNCE.Gradient<Float>> {
        try InfoNCE(temperature: 0.07).valueWithGradient(
          queries: q, positives: p, negatives: negatives, of: variables,
          options: ComputeOptions(tileRows: 8, tileColumns: 16, isa: .best))
      }
      let (read, held) = (try step(.shared(source)), try step(.shared(rows)))
      #expect(read.terms == held.terms && read.gradient.queries == held.gradient.queries)
      #expect(read.gradient.negatives == held.gradient.negatives)
      #expect(read.diagnostics == held.diagnostics)
    }
    let points = try InfoNCE(temperature: 1).sweep(
      queries: source.prefix(20), positives: source.prefix(20),
      temperatures: SweepTests.temperatures)
    let others = try InfoNCE(temperature: 1).sweep(
      queries: rows.rows(0..<20), positives: rows.rows(0..<20),
      temperatures: SweepTests.temperatures)
    #expect(points.map(\.value) == others.map(\.value))
  }

  @Test("that is ended is that of the queries it got to, against all keys", arguments: 1...2)
  func ended(threads: Int) throws {
    let options = ComputeOptions(tileRows: 8, tileColumns: 16, threads: threads, isa: .best)
    for mode in [SweepTests.Mode.inBatch, .shared] {
      func points(of doneCount: Int) throws -> [SweepPoint<Double>] {
        var counts: [Int] = []
        let points = try InfoNCE(temperature: 1).sweep(
          queries: SweepTests.queries, positives: SweepTests.positives,
          negatives: SweepTests.negatives(mode),
          temperatures: SweepTests.temperatures, keepingTerms: true, options: options
        ) {
          counts.append($0)
          return $0 < doneCount
        }
        #expect(counts.last == doneCount && counts == counts.sorted())
        return points
      }
      for (part, whole) in zip(try points(of: 16), try points(of: 37)) {
        #expect(part.terms == whole.terms.map { Array($0[..<16]) })
        let terms = try #require(part.terms)
        #expect(abs(part.value - terms.reduce(0, +) / 16) <= 1e-12 * max(1, abs(part.value)))
        #expect(part.diagnostics.floor == nil && whole.diagnostics.floor != nil)
        #expect(part.diagnostics.chance == whole.diagnostics.chance)
      }
    }
    let paired = try InfoNCE(temperature: 1).sweep(
      queries: SweepTests.queries, positives: SweepTests.positives,
      negatives: SweepTests.negatives(.paired),
      temperatures: SweepTests.temperatures
    ) { _ in false }
    #expect(paired.map(\.temperature) == [SweepTests.temperatures[0]])
  }

  @Test("says in one line what does not fit")
  func errors() throws {
    let individual = try Temperature(rows: [1, 2])
    let loss = InfoNCE(temperature: 1)
    #expect(
      try loss.sweep(
        queries: SweepTests.queries, positives: SweepTests.positives, temperatures: []
      ).isEmpty)
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message {
        _ = try loss.sweep(
          queries: SweepTests.queries, positives: SweepTests.positives,
          temperatures: [0.1, individual])
      } == "temperatures: expected one for all rows each, found 2 temperatures")
    #expect(
      message {
        _ = try Candidates(ownPositives: SweepTests.positives)
          .statistics(of: SweepTests.queries, scales: [0])
      } == "scale: expected a positive finite number, found 0.0")
    var (a, b) = (
      try Candidates(SweepTests.positives).statistics(of: SweepTests.queries, scales: [1]),
      try Candidates(SweepTests.queries).statistics(of: SweepTests.queries, scales: [1])
    )
    #expect(
      message { try a.merge(b) }
        == "ranks: expected counts against the same positives' logits, to merge, "
        + "found counts against other positives")
    b = try Candidates(SweepTests.positives).statistics(of: SweepTests.queries, scales: [1, 2])
    #expect(message { try a.merge(b) } == "exponents: expected [1.0], to merge, found [1.0, 2.0]")
  }
}
