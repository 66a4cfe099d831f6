import ContrastiveEmbeddings
import ContrastiveKernels
import Testing

@Suite("Rows in 16 bits")
struct NarrowRowsTests {
  private func value(_ bits: UInt16, _ format: SixteenBitFormat) -> Double {
    switch format {
    case .float16: Double(Float16(bitPattern: bits))
    case .bfloat16: Double(Float(bitPattern: UInt32(bits) << 16))
    }
  }

  private func finiteBits(_ format: SixteenBitFormat) -> [UInt16] {
    (0...UInt16.max).filter { value($0, format).isFinite }
  }

  private func block<Scalar: EmbeddingScalar>(_ numbers: [Scalar]) -> Block<Scalar> {
    let result = Block<Scalar>(rowCount: 1, columnCount: numbers.count)
    for (column, number) in numbers.enumerated() { result[0, column] = number }
    return result
  }

  private func stored<Scalar: EmbeddingScalar>(
    _ numbers: [Scalar], _ format: SixteenBitFormat, on isa: InstructionSet
  ) -> [Scalar] {
    var rows = NarrowRows(rowCount: 1, columnCount: numbers.count, format: format)
    rows.round(block(numbers), at: 0, on: isa)
    var result = [Scalar](repeating: .nan, count: numbers.count)
    var span = result.mutableSpan
    rows.read(0..<1, into: &span, on: isa)
    return result
  }

  @Test(
    "hold each of their numbers", arguments: InstructionSet.available, SixteenBitFormat.allCases)
  func exact(isa: InstructionSet, format: SixteenBitFormat) {
    func check<Scalar: EmbeddingScalar>(_ type: Scalar.Type) {
      let numbers = finiteBits(format).map { Scalar(value($0, format)) }
      let result = stored(numbers, format, on: isa)
      let wrong = zip(numbers, result).filter { $0 != $1 || $0.sign != $1.sign }
      #expect(wrong.isEmpty)
    }
    check(Float.self)
    check(Double.self)
  }

  /// The nearest number of the format, of two the one with even bits, found among all.
  private func nearest(_ x: Double, among sorted: [(value: Double, bits: UInt16)]) -> Double {
    var (low, high) = (0, sorted.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if sorted[middle].value <= x { low = middle } else { high = middle }
    }
    let (below, above) = (x - sorted[low].value, sorted[high].value - x)
    guard below == above else { return sorted[below < above ? low : high].value }
    return sorted[sorted[low].bits % 2 == 0 ? low : high].value
  }

  @Test(
    "round to nearest, ties to even", arguments: InstructionSet.available,
    SixteenBitFormat.allCases)
  func rounding(isa: InstructionSet, format: SixteenBitFormat) {
    // With the labels that `nearest` takes, or each call would convert them all.
    let sorted = finiteBits(format).filter { $0 < 0x8000 }.map {
      (value: value($0, format), bits: $0)
    }
    func check<Scalar: EmbeddingScalar>(_ type: Scalar.Type) {
      var generator = SeededGenerator(seed: 16)
      var numbers: [Scalar] = []
      for _ in 0..<4000 {
        let index = Int.random(in: 0..<sorted.count - 1, using: &generator)
        let (below, above) = (sorted[index].0, sorted[index + 1].0)
        let middle = Scalar((below + above) / 2)
        // Halfway, a hair to both sides, and anywhere.
        numbers += [
          middle, middle.nextUp, middle.nextDown,
          Scalar(below + (above - below) * Double.random(in: 0...1, using: &generator)),
        ]
      }
      let result = stored(numbers, format, on: isa)
      let negative = stored(numbers.map { -$0 }, format, on: isa)
      let wrong = numbers.indices.filter {
        let expected = nearest(Double(numbers[$0]), among: sorted)
        return Double(result[$0]) != expected || Double(negative[$0]) != -expected
      }
      #expect(wrong.isEmpty, "\(wrong.prefix(3).map { (numbers[$0], result[$0]) })")
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("tell where a number is beyond the largest", arguments: InstructionSet.available)
  func overflow(isa: InstructionSet) {
    // 65 504 and half of its last bit's 32.
    for (number, row) in [(65_519, nil), (65_520, 1), (-7e7, 1)] as [(Float, Int?)] {
      var rows = NarrowRows(rowCount: 3, columnCount: 2, format: .float16)
      rows.round(block([0, number]), at: 1, on: isa)
      #expect(rows.firstNotFiniteRow == row)
    }
    var rows = NarrowRows(rowCount: 1, columnCount: 2, format: .bfloat16)
    rows.round(block([0, Float.greatestFiniteMagnitude]), at: 0, on: isa)
    #expect(rows.firstNotFiniteRow == 0)
  }

  @Test("are copied when one of two is written")
  func value() {
    var rows = NarrowRows(rounding: block([1, 2] as [Float]), format: .bfloat16)
    let copy = rows
    rows.round(block([3, 4] as [Float]), at: 0)
    #expect(copy == NarrowRows(rounding: block([1, 2] as [Double]), format: .bfloat16))
    #expect(copy != rows)
  }
}
