import ContrastiveBounds
import ContrastiveEmbeddings
import Foundation
import Testing

@Suite struct MutualInformationTests {
  @Test("gives what the article's example certifies")
  func article() throws {
    #expect(
      abs(try MutualInformation.cosineCap(candidates: 1024, temperature: 1) - 1.993780) < 5e-7)
    #expect(
      abs(try MutualInformation.simplexCap(candidates: 1024, temperature: 1) - 0.999298) < 5e-7)
  }

  // Where 1 + change is below 1/2 the result is above log 2 and two numbers below 12 are subtracted.
  @Test("is chance minus floor", arguments: [0.01, 0.07, 0.3, 1, 4], [2, 3, 257, 65537])
  func chanceMinusFloor(temperature: Double, candidates: Int) throws {
    let tau = try Temperature(temperature)
    let free = CandidateSet.free(negatives: candidates - 1)
    let batch = CandidateSet.inBatch(size: candidates)
    let tolerance = 4 * 12 * 2.2e-16
    #expect(
      try abs(
        MutualInformation.cosineCap(candidates: candidates, temperature: tau)
          - (free.chance() - free.floor(temperature: tau).value)) < tolerance)
    #expect(
      try abs(
        MutualInformation.simplexCap(candidates: candidates, temperature: tau)
          - (batch.chance() - batch.floor(temperature: tau).value)) < tolerance)
  }

  @Test("keeps its digits at large τ", arguments: [2, 1024])
  func loose(candidates: Int) throws {
    // −log(1 + w(e^(−x) − 1)) = w x − w(1−w) x²/2 + …, next term below x³.
    let others = Double(candidates - 1)
    let share = others / Double(candidates)
    let temperature = 1e6
    let tau = try Temperature(temperature)
    let antipodal = 2 / temperature
    expectClose(
      try MutualInformation.cosineCap(candidates: candidates, temperature: tau),
      share * antipodal - share * (1 - share) * antipodal * antipodal / 2, relative: 1e-11)
    let simplex = Double(candidates) / others / temperature
    expectClose(
      try MutualInformation.simplexCap(candidates: candidates, temperature: tau),
      share * simplex - share * (1 - share) * simplex * simplex / 2, relative: 1e-11)
  }

  @Test("subtracts a loss from log N")
  func lowerBound() throws {
    #expect(try MutualInformation.lowerBound(loss: 0, candidates: 4096) == log(4096))
    #expect(try MutualInformation.lowerBound(loss: 2.5, candidates: 1024) == log(1024) - 2.5)
    #expect(try MutualInformation.lowerBound(loss: 9, candidates: 2) < 0)
    #expect(try MutualInformation.cap(candidates: 1) == 0)
    #expect(try MutualInformation.cosineCap(candidates: 1, temperature: 0.07) == 0)
    #expect(try MutualInformation.simplexCap(candidates: 1, temperature: 0.07) == 0)
  }

  // Of τ = 1000 and 0.001 the mean of the floors certifies 3.47 nats, of their geometric mean, 1, only 1.99.
  @Test("refuses temperatures of rows")
  func rowTemperatures() throws {
    let temperature = try Temperature(rows: [1000, 0.001])
    for simplex in [false, true] {
      let error = #expect(throws: ContrastiveError.self) {
        simplex
          ? try MutualInformation.simplexCap(candidates: 1024, temperature: temperature)
          : try MutualInformation.cosineCap(candidates: 1024, temperature: temperature)
      }
      #expect(error?.description.contains("one for all rows") == true)
    }
  }

  @Test("refuses impossible losses and counts")
  func errors() {
    for loss in [-0.1, .nan, .infinity] {
      #expect(throws: ContrastiveError.self) {
        try MutualInformation.lowerBound(loss: loss, candidates: 8)
      }
    }
    #expect(throws: ContrastiveError.self) { try MutualInformation.cap(candidates: 0) }
    for candidates in [0, -1, Int.min] {
      #expect(throws: ContrastiveError.self) {
        try MutualInformation.simplexCap(candidates: candidates, temperature: 1)
      }
      #expect(throws: ContrastiveError.self) {
        try MutualInformation.cosineCap(candidates: candidates, temperature: 1)
      }
    }
  }
}
