import ContrastiveEmbeddings
import Testing

@Suite("The seeded generator")
struct SeededGeneratorTests {
  @Test("gives SplitMix64's published numbers")
  func published() {
    var generator = SeededGenerator(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    for number in expected { #expect(generator.next() == number) }
  }

  @Test("draws standard normal numbers")
  func normal() {
    var generator = SeededGenerator(seed: 1)
    let numbers = (0..<20_000).map { _ in generator.nextNormal() }
    // Moments 0, 1, 0, 3 with variances 1, 2, 15, 96 over 20 000 draws: five standard errors.
    for (power, mean, variance) in [(1, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
      let moment = numbers.reduce(0) { sum, x in
        sum + (0..<power).reduce(1) { product, _ in product * x }
      }
      #expect(abs(moment / 20_000 - mean) < 5 * (variance / 20_000).squareRoot())
    }
  }
}
