import ContrastiveEmbeddings
import ContrastiveKernels
import Testing

@Suite("Sums of many exponents")
struct BlockManyExponentsTests {
  // Around the 16 exponents that go over a row together.
  @Test(
    "are those of one exponent after another", arguments: InstructionSet.available, columnCounts)
  func sums(on isa: InstructionSet, columnCount: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, exponentCount: Int) {
      let rowCount = 3
      var rows = randomRows(rowCount, columnCount, in: -1...1, seed: 61, as: Scalar.self)
      for c in 0..<columnCount where c % 5 == 2 { rows[1][c] = -.infinity }
      rows[2] = Array(repeating: -.infinity, count: columnCount)
      let block = Block(fenced: rows, columnCount: columnCount)
      let exponents = (0..<exponentCount).map { 1 / (0.05 + 0.1 * Double($0)) }
      // More than there are rows.
      let shifts = exponents.map { exponent in [exponent, exponent / 2, 0, .nan] }
      let interval = [-0.5, 0, 0.5]
      let none = RankCounts(low: interval, high: interval.map { $0 + 0.25 })

      var start = ExponentialSums(rowCount: rowCount)
      start.sum = [1, 0, 0]
      var expected = exponents.map { _ in start }
      var expectedRanks: RankCounts? = none
      for index in exponents.indices {
        expectedRanks = none
        block.addExponentialSums(
          to: &expected[index], exponent: exponents[index], shift: shifts[index], storing: false,
          counting: &expectedRanks, on: isa)
      }
      var sums = exponents.map { _ in start }
      var ranks: RankCounts? = none
      block.addExponentialSums(
        to: &sums, exponents: exponents, shifts: shifts, counting: &ranks, on: isa)
      #expect(sums == expected)
      if exponentCount > 0 { #expect(ranks == expectedRanks) }
      #expect(block.isFenceIntact)
      #expect(block.doubles == rows.map { $0.map { Double($0) } })

      var again = exponents.map { _ in start }
      var uncounted: RankCounts?
      block.addExponentialSums(
        to: &again, exponents: exponents, shifts: shifts, counting: &uncounted, on: isa)
      #expect(again == expected && uncounted == nil)
    }
    for exponentCount in [0, 1, 2, 15, 16, 17, 33] {
      check(Float.self, exponentCount: exponentCount)
      check(Double.self, exponentCount: exponentCount)
    }
  }

  @Test("add up, with their biases' sums")
  func add() {
    var sums = ExponentialSums(rowCount: 2, biased: true)
    (sums.sum, sums.weighted, sums.biased) = ([1, 2], [3, 4], [5, 6])
    var others = ExponentialSums(rowCount: 1, biased: true)
    (others.sum, others.weighted, others.biased) = ([10], [20], [30])
    sums.add(others)
    #expect(sums.sum == [11, 2] && sums.weighted == [23, 4] && sums.biased == [35, 6])
    #expect(ExponentialSums(rowCount: 2).biased == [])
  }
}
