import Contrastive
import ContrastiveEngine
import ContrastiveKernels
import TestSupport
import Testing

@Suite("Logits from sixteen-bit products")
struct TileProductsTests {
  static let instructionSets = InstructionSet.available.filter {
    SixteenBitProducts<Float>(on: $0, from: .shared)?.areFast == true
  }

  private static func options(on isa: InstructionSet) -> ComputeOptions {
    var options = ComputeOptions(threads: 1)
    options.products = .sixteenBit
    options.isa = isa
    return options
  }

  /// What rows' logits are off by: the root mean square, the most, and what was to be expected.
  private static func errors(
    of rows: Block<Float>, and columns: Block<Float>, scale: Float, on isa: InstructionSet
  ) throws -> (rms: Double, most: Double, expected: LogitError) {
    let products = TileProducts<Float>(options(on: isa), dimension: rows.columnCount)
    let logits = Block<Float>(rowCount: rows.rowCount, columnCount: columns.rowCount)
    products.setLogits(logits, of: products.rows(rows), and: columns, scale: scale)
    func doubles(_ block: Block<Float>) -> Block<Double> {
      let result = Block<Double>(rowCount: block.rowCount, columnCount: block.columnCount)
      result.copy(converting: block)
      return result
    }
    let exact = Block<Double>(rowCount: rows.rowCount, columnCount: columns.rowCount)
    exact.setProduct(
      doubles(rows), doubles(columns), transposingRight: true, scale: Double(scale))
    var (squares, most) = (0.0, 0.0)
    for r in 0..<exact.rowCount {
      for c in 0..<exact.columnCount {
        let error = abs(Double(logits[r, c]) - exact[r, c])
        (squares, most) = (squares + error * error, max(most, error))
      }
    }
    let count = Double(exact.rowCount * exact.columnCount)
    return ((squares / count).squareRoot(), most, try #require(products.logitError))
  }

  private static func unit(_ rowCount: Int, _ dimension: Int, seed: UInt64) throws -> Block<Float> {
    try Matrix<Float>.random(rowCount: rowCount, columnCount: dimension, seed: seed).normalized()
      .matrix
      .block
  }

  // 30 000 elements and more, whose mean square is known to 1 % by then. With fewer than some twenty
  // columns a row's largest element decides on its step, and rows differ in that.
  @Test(
    "are off by what is expected, of random rows", arguments: instructionSets,
    [32, 128, 511, 512, 2048])
  func expectedError(on isa: InstructionSet, dimension: Int) throws {
    let scale: Float = 14
    let (rms, most, expected) = try Self.errors(
      of: try Self.unit(101, dimension, seed: 1), and: try Self.unit(300, dimension, seed: 2),
      scale: scale, on: isa)
    #expect(rms > 0.8 * expected.expected && rms < 1.2 * expected.expected)
    #expect(most <= expected.bound)
    // Of unit rows: √(2/12) / 46 000.
    #expect(abs(expected.expected / Double(scale) - 8.875e-6) < 0.02e-6 || dimension < 64)
  }

  @Test(
    "stay within their bound, of adversarial rows", arguments: instructionSets,
    [1, 2, 3, 5, 16, 127, 512, 8192])
  func bound(on isa: InstructionSet, dimension: Int) throws {
    var generator = SeededGenerator(seed: UInt64(dimension))
    var rows: [[Float]] = []
    for turn in 0..<24 {
      // Elements half a step off, of one sign or the other.
      let length = 1 + Float.random(in: -0.01...0.01, using: &generator)
      switch turn % 6 {
      case 0:
        var row = [Float](repeating: 0, count: dimension)
        row[turn % dimension] = turn.isMultiple(of: 4) ? length : -length
        rows.append(row)
      case 1:
        rows.append(.init(repeating: length / Float(dimension).squareRoot(), count: dimension))
      case 2:
        let sign: [Float] = (0..<dimension).map { _ in Bool.random(using: &generator) ? 1 : -1 }
        rows.append(sign.map { $0 * length / Float(dimension).squareRoot() })
      case 3:
        // Near duplicates of the row before.
        rows.append(
          rows[rows.count - 1].map { $0 * (1 + Float.random(in: -1e-5...1e-5, using: &generator)) })
      case 4:
        let step = length / 46_000
        let most = Float(32_000) / Float(dimension).squareRoot()
        rows.append(
          (0..<dimension).map { _ in
            (Float.random(in: -most...most, using: &generator).rounded() + 0.5) * step
          })
      default:
        // One large element, which decides on the step, among small ones.
        var row = (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) * 1e-3 }
        row[0] = length
        rows.append(row)
      }
    }
    let block = Block<Float>(rowCount: rows.count, columnCount: dimension)
    for (r, row) in rows.enumerated() { for (c, x) in row.enumerated() { block[r, c] = x } }
    for scale: Float in [1, 100] {
      let (_, most, expected) = try Self.errors(of: block, and: block, scale: scale, on: isa)
      #expect(most <= expected.bound)
      #expect(expected.expected < expected.bound)
    }
  }

  @Test("are full where more error is expected than allowed")
  func largestError() throws {
    let rows = try Self.unit(5, 40, seed: 3)
    let full = Block<Float>(rowCount: 5, columnCount: 5)
    full.setProduct(rows, rows, transposingRight: true)
    for isa in Self.instructionSets {
      for (allowed, isFull) in [(1e-6, true), (1e-4, false)] {
        var options = Self.options(on: isa)
        options.largestLogitError = allowed
        let products = TileProducts<Float>(options, dimension: 40)
        let logits = Block<Float>(rowCount: 5, columnCount: 5)
        products.setLogits(logits, of: products.rows(rows), and: rows)
        #expect((logits.elements == full.elements) == isFull)
        #expect((products.logitError == nil) == isFull)
      }
    }
  }

  @Test("are full in Double, in too many dimensions, and where none were asked for")
  func fullProducts() {
    for isa in InstructionSet.available {
      let options = Self.options(on: isa)
      #expect(!TileProducts<Double>(options, dimension: 4).roundsLogits)
      #expect(!TileProducts<Double>(options, dimension: 4).roundsGradients)
      #expect(!TileProducts<Float>(options, dimension: 65_537).roundsLogits)
      #expect(!TileProducts<Float>(ComputeOptions(isa: isa), dimension: 4).roundsLogits)
    }
  }
}
