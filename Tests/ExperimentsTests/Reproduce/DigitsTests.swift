import Contrastive
import Testing

@testable import Experiments

@Suite("Digits")
struct DigitsTests {
  @Test("are 1797 images with pixels from 0 to 1, every class among those to train on and to test")
  func data() throws {
    let (training, test) = try Digits.load()
    #expect(training.labels.count == 1400 && test.labels.count == 397)
    #expect(try training.images.rowCount == 1400 && test.images.columnCount == 64)
    #expect(Set(training.labels) == Set(0..<10) && Set(test.labels) == Set(0..<10))
    #expect(training.pixels.min() == 0 && training.pixels.max() == 1)
    // The first image of the data set is a 0, whose first row is 0 0 5 13 9 1 0 0.
    #expect(training.labels[0] == 0)
    let first: [Float] = [0, 0, 5, 13, 9, 1, 0, 0]
    #expect(training.pixels.prefix(8).map { 16 * $0 } == first)
  }

  /// Images that are all alike.
  private static func digits(_ count: Int, _ pixel: (Int) -> Float) -> Digits {
    Digits(
      pixels: (0..<count).flatMap { _ in (0..<Digits.pixelCount).map(pixel) },
      labels: Array(repeating: 0, count: count))
  }

  @Test("have views that are themselves without shift, contrast and noise")
  func plainViews() throws {
    let digits = try Digits.load().training.rows(0..<5)
    var generator = SeededGenerator(seed: 1)
    let view = DigitViews(shift: 0, contrast: 1...1, noise: 0)
      .view(of: digits, rows: [3, 0], using: &generator)
    #expect(try view.rows(0..<1) == digits.images.rows(3..<4))
    #expect(try view.rows(1..<2) == digits.images.rows(0..<1))
  }

  @Test("have views shifted by a pixel at most, with background coming in")
  func shiftedViews() throws {
    let side = Digits.side
    // One bright pixel in the middle, of each of many images.
    let digits = Self.digits(64) { $0 == 3 * side + 4 ? 1 : 0 }
    var generator = SeededGenerator(seed: 2)
    let view = DigitViews(shift: 1, contrast: 1...1, noise: 0)
      .view(of: digits, rows: Array(0..<64), using: &generator)
    var places: Set<Int> = []
    for row in 0..<64 {
      let pixels = view.rows(row..<row + 1).elements
      #expect(pixels.reduce(0, +) == 1)
      places.insert(try #require(pixels.firstIndex(of: 1)))
    }
    // All nine neighbours: the chance that one is missed is 9 · (8/9)⁶⁴, 5e-3, and the seed is fixed.
    #expect(places == Set((2...4).flatMap { y in (3...5).map { y * side + $0 } }))
    // At the edge the picture is cut, and does not come in on the other side.
    let corner = Self.digits(64) { $0 == 0 ? 1 : 0 }
    let cut = DigitViews(shift: 1, contrast: 1...1, noise: 0)
      .view(of: corner, rows: Array(0..<64), using: &generator)
    for row in 0..<64 {
      let pixels = cut.rows(row..<row + 1).elements
      #expect([nil, 0, 1, side, side + 1].contains(pixels.firstIndex(of: 1)))
    }
  }

  @Test("have nine shifts each, and are themselves in the middle one")
  func shifts() throws {
    let digits = try Digits.load().training.rows(0..<3)
    let all = digits.shifted()
    #expect(all.labels.count == 27 && all.labels.prefix(3) == all.labels.suffix(3))
    #expect(try all.rows(12..<15).images == digits.images)
    // Up and left by one: what was at (1, 1) is at (0, 0), and the last row is background.
    let side = Digits.side
    #expect(all.pixels[0] == digits.pixels[side + 1])
    #expect(all.pixels[(side - 1) * side..<side * side].allSatisfy { $0 == 0 })
  }

  @Test("have views of another contrast, and noise of the standard deviation asked for")
  func noisyViews() {
    var generator = SeededGenerator(seed: 3)
    let noise = DigitViews()
      .view(of: Self.digits(100) { _ in 0 }, rows: Array(0..<100), using: &generator).elements
      .map { Double($0) }
    let deviation = noise.reduce(0) { $0 + $1 * $1 }.squareRoot() / 80
    // The standard error of a deviation from 6400 numbers is 1/√12800 of it, 0.9 %.
    #expect(abs(deviation / 0.08 - 1) < 0.04)
    let views = DigitViews(shift: 0, noise: 0)
      .view(of: Self.digits(100) { _ in 1 }, rows: Array(0..<100), using: &generator)
    let factors = (0..<100).map { views[$0, 0] }
    #expect(factors.allSatisfy { (0.8...1.2).contains($0) } && Set(factors).count > 90)
  }

  @Test("meet their own image's key of the epoch before as often as is said")
  func ownKeys() {
    var generator = SeededGenerator(seed: 1)
    let batch = DigitMoCo.defaultBatchSize
    var (queue, found, asked): ([Int], Int, Int) = ([], 0, 0)
    for epoch in 0..<40 {
      let images = (0..<Digits.trainingCount).shuffled(using: &generator)
      for step in 0..<DigitMoCo.stepsPerEpoch {
        let rows = images[step * batch..<(step + 1) * batch]
        if epoch > 0 {
          let negatives = Set(queue)
          (found, asked) = (found + rows.count { negatives.contains($0) }, asked + batch)
        }
        queue = Array((queue + rows).suffix(1024))
      }
    }
    // Four standard errors of a share of 49 920 queries, 0.0021.
    let share = Double(found) / Double(asked)
    #expect(abs(share - DigitMoCo.ownKeyShare(queue: 1024)) < 0.0084)
    #expect(DigitMoCo.ownKeyShare(queue: 0) == 0)
  }

  @Test("weigh rows so that every class has the same weight")
  func balance() {
    let weights = DigitNormFace.balance([0, 0, 0, 1, 2, 2])
    let expected = [1.0 / 9, 1.0 / 9, 1.0 / 9, 1.0 / 3, 1.0 / 6, 1.0 / 6]
    #expect(zip(weights, expected).allSatisfy { abs($0 - $1) < 1e-15 })
  }
}
