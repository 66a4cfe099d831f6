import ContrastiveEmbeddings
import ContrastiveKernels
import Foundation
import Testing

@Suite("Maps of cosines to logits")
struct BlockMapsTests {
  /// A map's value and slope in double precision, and what errors of theirs are measured by.
  private func plain(
    _ map: LogitMap, _ x: Double
  ) -> (value: Double, slope: Double, valueSize: Double, slopeSize: Double) {
    switch map {
    case .identity: return (x, 1, 0, 0)
    case .affine(let scale, let offset):
      return (scale * (x - offset), scale, abs(scale * (x - offset)), 0)
    case .circle(let scale, let margin):
      let slope = scale * max(0, x + margin)
      return (slope * (x - margin), slope, abs(slope * (x - margin)), slope)
    case .arctanh(let scale):
      let slope = scale / ((1 - x) * (1 + x))
      return (scale * atanh(x), slope, abs(scale * atanh(x)), slope)
    }
  }

  // Scales and margins round once, which a sum with x hands on: they are numbers of few bits here.
  // circle and affine: three roundings of a factor each. arctanh: below √2 of q it is x times a series
  // of positive terms, 2ε with its products; above, t has the errors of 1 + x, 1 − x and of their
  // difference, 1½ε in all of a logarithm of at least log √2, n·log 2 half an ε, and sums and
  // products 2ε; C's own atanh has a few of Double's ulps.
  private func tolerance<Scalar: EmbeddingScalar>(_ map: LogitMap, _: Scalar.Type) -> Double {
    switch map {
    case .identity: 0
    case .affine, .circle: 2 * Double(Scalar.ulpOfOne)
    case .arctanh: 5 * Double(Scalar.ulpOfOne)
    }
  }

  static let maps: [LogitMap] = [
    .identity, .affine(scale: 12.5, offset: 0.25), .circle(scale: 64, margin: 0.25),
    .arctanh(scale: 8), .arctanh(scale: 1),
  ]

  /// Cosines of every size, near 0, near ±1, and around √2 = (1 + x)/(1 − x).
  private func cosines<Scalar: EmbeddingScalar>(_ count: Int, seed: UInt64) -> [Scalar] {
    let tiny = Scalar.leastNormalMagnitude
    let special: [Scalar] = [
      0, -0.0, 1e-20, -1e-5, 0.125, tiny * 1024, 0.171572875, 0.1715729, -0.17157287,
      0.3333333, 1 - Scalar.ulpOfOne / 2, -1 + Scalar.ulpOfOne / 2, 0.5, -0.25, 0.999, 0.6,
      -.infinity,
    ]
    let random = randomRows(1, count, in: -1...1, seed: seed, as: Scalar.self)[0]
    return (0..<count).map { $0 % 3 == 1 ? special[$0 / 3 % special.count] : random[$0] }
  }

  @Test("leave values and slopes", arguments: InstructionSet.available, columnCounts)
  func valuesAndSlopes(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, _ map: LogitMap) {
      let rows: [[Scalar]] = (0..<3).map { cosines(count, seed: 71 + UInt64($0)) }
      let block = Block(fenced: rows, columnCount: count)
      let slopes = Block<Scalar>(fencedRows: 3, columnCount: count)
      block.setMapped(by: map, slopes: slopes, on: isa)
      #expect(block.isFenceIntact && slopes.isFenceIntact)
      let error = tolerance(map, Scalar.self)
      for (r, row) in rows.enumerated() {
        for (c, x) in row.enumerated() {
          let (value, slope) = (Double(block[r, c]), Double(slopes[r, c]))
          guard x.isFinite else {
            #expect(value == -.infinity && slope == 0)
            continue
          }
          let exact = plain(map, Double(x))
          #expect(abs(value - exact.value) <= error * exact.valueSize, "\(map) of \(x)")
          #expect(abs(slope - exact.slope) <= error * exact.slopeSize, "\(map) of \(x)")
        }
      }
      let alone = Block(fenced: rows, columnCount: count)
      alone.setMapped(by: map, slopes: nil, on: isa)
      #expect(alone.doubles == block.doubles && alone.isFenceIntact)
    }
    for map in Self.maps {
      check(Float.self, map)
      check(Double.self, map)
    }
  }

  @Test("take arctanh of ±1, and of what rounding left beyond", arguments: InstructionSet.available)
  func ends(on isa: InstructionSet) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      let x: [Scalar] = [1, -1, (1 as Scalar).nextUp, (-1 as Scalar).nextDown, .nan]
      let block = Block(fenced: [x], columnCount: x.count)
      let slopes = Block<Scalar>(fencedRows: 1, columnCount: x.count)
      block.setMapped(by: .arctanh(scale: 2), slopes: slopes, on: isa)
      #expect((0..<4).map { block[0, $0] } == [.infinity, -.infinity, .infinity, -.infinity])
      #expect((0..<4).allSatisfy { slopes[0, $0] == .infinity })
      #expect(block[0, 4].isNaN && slopes[0, 4].isNaN)
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("multiply elements", arguments: InstructionSet.available, columnCounts)
  func multiply(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      let x = randomRows(3, count, seed: 74, as: Scalar.self)
      let y = randomRows(3, count, seed: 75, as: Scalar.self)
      let block = Block(fenced: x, columnCount: count)
      block.multiply(by: Block(fenced: y, columnCount: count), on: isa)
      #expect(block.isFenceIntact)
      for r in 0..<3 { #expect(block.doubles[r] == zip(x[r], y[r]).map { Double($0 * $1) }) }
    }
    check(Float.self)
    check(Double.self)
  }
}
