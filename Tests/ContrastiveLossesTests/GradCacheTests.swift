import Contrastive
import TestSupport
import Testing

@Suite("Gradient caching")
struct GradCacheTests {
  /// z = x·Wᵀ, with as many inputs dropped as the mask says, and dL/dW added up.
  private struct Encoder<Scalar: EmbeddingScalar> {
    var weights: Matrix<Scalar>
    var gradient: Matrix<Scalar>

    init(_ weights: Matrix<Scalar>) {
      self.weights = weights
      gradient = Matrix(rowCount: weights.rowCount, columnCount: weights.columnCount)
    }

    /// Drops a third of the numbers, which ones the seed tells.
    private func dropped(_ x: Matrix<Scalar>, seed: UInt64?) -> Matrix<Scalar> {
      guard let seed else { return x }
      var generator = SeededGenerator(seed: seed)
      return Matrix(rowCount: x.rowCount, columnCount: x.columnCount) {
        Int.random(in: 0..<3, using: &generator) == 0 ? 0 : x[$0, $1]
      }
    }

    func forward(_ x: Matrix<Scalar>, seed: UInt64? = nil) throws -> Matrix<Scalar> {
      try Similarity.dot.matrix(dropped(x, seed: seed), weights)
    }

    mutating func backward(
      _ x: Matrix<Scalar>, _ slope: Matrix<Scalar>, seed: UInt64? = nil
    ) throws {
      try gradient.add(Similarity.dot.pullback(dropped(x, seed: seed), weights, slope).y)
    }
  }

  private static func random<Scalar>(
    _ rowCount: Int, _ columnCount: Int, _ seed: UInt64
  ) -> Matrix<Scalar> {
    Matrix<Float>.random(rowCount: rowCount, columnCount: columnCount, seed: seed).converted()
  }

  @Test(
    "gives the big batch's gradients, two encoders and three sets of embeddings at once",
    arguments: [1, 3, 4, 10, 64], scalars)
  func wholeBatch(chunkSize: Int, scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let (x, y, n): (Matrix<Scalar>, Matrix<Scalar>, Matrix<Scalar>) = (
        Self.random(10, 5, 1), Self.random(10, 5, 2), Self.random(7, 6, 3)
      )
      var one = Encoder<Scalar>(Self.random(4, 5, 4))
      var other = Encoder<Scalar>(Self.random(4, 6, 5))
      let loss = InfoNCE(temperature: 0.2)

      let z = (try one.forward(x), try one.forward(y), try other.forward(n))
      let whole = try loss.valueWithGradient(
        queries: z.0, positives: z.1, negatives: .inBatchAndShared(z.2))
      try one.backward(x, try #require(whole.gradient.queries))
      try one.backward(y, try #require(whole.gradient.positives))
      try other.backward(n, try #require(whole.gradient.negatives))
      let expected = (one.gradient.doubles, other.gradient.doubles)
      (one, other) = (Encoder(one.weights), Encoder(other.weights))

      let encoders = (one, other)
      let queries = try GradCache(rowCount: 10, chunkSize: chunkSize) { chunk in
        try encoders.0.forward(x.rows(chunk.rows))
      }
      let positives = try GradCache(rowCount: 10, chunkSize: chunkSize) { chunk in
        try encoders.0.forward(y.rows(chunk.rows))
      }
      let negatives = try GradCache(rowCount: 7, chunkSize: chunkSize) { chunk in
        try encoders.1.forward(n.rows(chunk.rows))
      }
      let step = try loss.valueWithGradient(
        queries: queries.embeddings, positives: positives.embeddings,
        negatives: .inBatchAndShared(negatives.embeddings))
      try queries.pullBack(step.gradient.queries) { chunk, slope in
        try one.backward(x.rows(chunk.rows), slope)
      }
      try positives.pullBack(step.gradient.positives) { chunk, slope in
        try one.backward(y.rows(chunk.rows), slope)
      }
      try negatives.pullBack(step.gradient.negatives) { chunk, slope in
        try other.backward(n.rows(chunk.rows), slope)
      }

      // Embeddings of a chunk may differ from the batch's by the order of five additions.
      let tolerance = TestSupport.Tolerance(temperature: 0.2, scalar: Scalar.self)
      expectClose(
        Double(step.value), Double(whole.value), size: 1, tolerance: tolerance.loss, "loss")
      for (actual, expected) in [(one, expected.0), (other, expected.1)] {
        expectClose(
          actual.gradient.doubles, expected, size: expected.reduce(0) { max($0, abs($1)) },
          tolerance: tolerance.gradient, "weights")
      }
    }
    try check(scalar)
  }

  @Test("replays dropout by the chunk's number, for any loss")
  func dropout() throws {
    let (x, y): (Matrix<Double>, Matrix<Double>) = (Self.random(7, 6, 1), Self.random(7, 6, 2))
    let loss = SigLIP(temperature: 0.5, bias: -1)
    func caches(
      _ encoder: Encoder<Double>
    ) throws -> (GradCache<Double>, GradCache<Double>) {
      (
        try GradCache(rowCount: 7, chunkSize: 3) { chunk in
          try encoder.forward(x.rows(chunk.rows), seed: UInt64(2 * chunk.index))
        },
        try GradCache(rowCount: 7, chunkSize: 3) { chunk in
          try encoder.forward(y.rows(chunk.rows), seed: UInt64(2 * chunk.index + 1))
        }
      )
    }
    var encoder = Encoder<Double>(Self.random(3, 6, 3))
    let (images, texts) = try caches(encoder)
    let step = try loss.valueWithGradient(images: images.embeddings, texts: texts.embeddings)
    try images.pullBack(step.gradient.images) { chunk, slope in
      try encoder.backward(x.rows(chunk.rows), slope, seed: UInt64(2 * chunk.index))
    }
    try texts.pullBack(step.gradient.texts) { chunk, slope in
      try encoder.backward(y.rows(chunk.rows), slope, seed: UInt64(2 * chunk.index + 1))
    }
    let differences = try finiteDifferences(
      of: encoder.weights, step: finiteDifferenceStep * 0.5
    ) { weights in
      let (images, texts) = try caches(Encoder(weights))
      return try loss.valueWithGradient(
        images: images.embeddings, texts: texts.embeddings, of: []
      ).value
    }
    expectClose(
      encoder.gradient.elements, differences, size: step.value / 0.5,
      tolerance: finiteDifferenceTolerance, "weights")
  }

  @Test("numbers chunks, of which the last may be short", arguments: [1, 4, 5, 10, 11, .max])
  func chunks(size: Int) throws {
    let x: Matrix<Float> = Self.random(10, 2, 1)
    let cache = try GradCache(rowCount: 10, chunkSize: size) { x.rows($0.rows) }
    #expect(cache.embeddings == x)
    #expect(cache.chunks.map(\.index) == Array(cache.chunks.indices))
    #expect(cache.chunks.flatMap(\.rows) == Array(0..<10))
    #expect(cache.chunks.dropLast().allSatisfy { $0.rows.count == size })
    #expect((1...size).contains(cache.chunks.last?.rows.count ?? 0))
    let gradient: Matrix<Float> = Self.random(10, 2, 2)
    var seen: [GradCache<Float>.Chunk] = []
    try cache.pullBack(gradient) { chunk, slope in
      seen.append(chunk)
      #expect(slope == gradient.rows(chunk.rows))
    }
    #expect(seen == cache.chunks)
  }

  enum EncoderError: Error, Equatable {
    case outOfMemory(chunk: Int)
  }

  @Test("hands on the encoder's errors, with their type")
  func encoderErrors() throws {
    let x: Matrix<Float> = Self.random(10, 2, 1)
    #expect(throws: GradCacheError<EncoderError>.encoder(.outOfMemory(chunk: 2))) {
      try GradCache<Float>(rowCount: 10, chunkSize: 3) { chunk throws(EncoderError) in
        guard chunk.index < 2 else { throw .outOfMemory(chunk: chunk.index) }
        return x.rows(chunk.rows)
      }
    }
    let cache = try GradCache(rowCount: 10, chunkSize: 3) { x.rows($0.rows) }
    var count = 0
    do {
      try cache.pullBack(x) { chunk, _ throws(EncoderError) in
        guard chunk.index < 3 else { throw .outOfMemory(chunk: chunk.index) }
        count += 1
      }
      Issue.record("nothing was thrown")
    } catch {
      // The type is known here.
      switch error {
      case .encoder(let failure): #expect(failure == .outOfMemory(chunk: 3))
      case .shape(let error): Issue.record(error)
      }
    }
    #expect(count == 3)
  }

  @Test("says which sizes do not fit")
  func shapes() throws {
    let x: Matrix<Float> = Self.random(10, 3, 1)
    func expect(
      _ line: String, rowCount: Int = 10, chunkSize: Int = 4,
      sourceLocation: SourceLocation = #_sourceLocation,
      encode: (GradCache<Float>.Chunk) -> Matrix<Float> = { _ in [[]] }
    ) {
      let error = #expect(throws: GradCacheError<Never>.self, sourceLocation: sourceLocation) {
        try GradCache(rowCount: rowCount, chunkSize: chunkSize, encode: encode)
      }
      #expect(error?.description == line, sourceLocation: sourceLocation)
    }
    expect("rowCount: expected a positive whole number, found 0", rowCount: 0)
    expect("chunkSize: expected a positive whole number, found -1", chunkSize: -1)
    expect("embeddings of chunk 2: expected 2 × 3, found 4 × 3") {
      x.rows($0.rows.lowerBound == 8 ? 0..<4 : $0.rows)
    }
    expect("embeddings of chunk 1: expected 4 × 3, found 4 × 2") {
      x.rows($0.rows).columns(0..<3 - $0.index)
    }
    let cache = try GradCache(rowCount: 10, chunkSize: 4) { x.rows($0.rows) }
    for (gradient, found) in [
      (nil, "none: ask the loss for it"), (x.rows(0..<9), "9 × 3"), (x.columns(0..<2), "10 × 2"),
    ] {
      let error = #expect(throws: GradCacheError<Never>.self) {
        try cache.pullBack(gradient) { _, _ in }
      }
      #expect(
        error?.description == "gradient: expected 10 × 3, as embeddings, found \(found)")
    }
  }
}
