import ContrastiveBounds
import ContrastiveEmbeddings
import Testing

@Suite struct ReferenceTests {
  struct File: Decodable {
    let cases: [Case]
  }

  struct Case: Decodable {
    let name: String
    let parameters: Parameters
    let expected: Expected
  }

  struct Expected: Decodable {
    let text: String
  }

  struct Parameters: Decodable {
    let kind: String
    let classes: Int?
    let negatives: Int?
    let batch: Int?
    let candidates: Int?
    let dimension: Int?
    let scale: Double?
    let temperature: Double?
    let t: Double?
  }

  // The reference takes 0.07 as that decimal. A `Double` is off by up to 1.1e-16, which an exponent of
  // 200 (τ = 0.01) turns into 2.2e-14; ten more roundings stay below 1e-14.
  @Test("equals every reference case")
  func cases() throws {
    let file: File = try resource("bounds")
    #expect(file.cases.count == 172)
    for item in file.cases {
      let expected = try #require(Double(item.expected.text))
      let value = try #require(try Self.value(item.parameters), "no such kind")
      expectClose(value, expected, relative: 1e-13, "\(item.name)")
    }
  }

  private static func value(_ parameters: Parameters) throws -> Double? {
    func free() throws -> CandidateSet { .free(negatives: try #require(parameters.negatives)) }
    func batch() throws -> Int { try #require(parameters.batch) }
    func temperature() throws -> Temperature {
      try Temperature(#require(parameters.temperature))
    }
    func sphere() throws -> UniformSphere {
      try UniformSphere(dimension: #require(parameters.dimension))
    }
    func loss(_ configuration: PointConfiguration) throws -> Double {
      try free().value(of: configuration, temperature: temperature()).value
    }
    switch parameters.kind {
    case "normface-proposition-2":
      let temperature = try Temperature(scale: #require(parameters.scale))
      return try CandidateSet.classes(#require(parameters.classes))
        .floor(temperature: temperature).value
    case "info-nce-antipodal":
      let floor = try free().floor(temperature: temperature()).value
      #expect(try floor == loss(.antipodal))
      return floor
    case "info-nce-simplex": return try loss(.simplex)
    case "info-nce-orthogonal": return try loss(.orthogonal)
    case "info-nce-collapse": return try free().chance()
    case "clip-n-way":
      return try CandidateSet.inBatch(size: batch()).floor(temperature: temperature()).value
    case "nt-xent":
      return try CandidateSet.twoViews(size: batch()).floor(temperature: temperature()).value
    case "nt-xent-collapse": return try CandidateSet.twoViews(size: batch()).chance()
    case "mutual-information-cap":
      return try MutualInformation.cap(candidates: #require(parameters.candidates))
    case "mutual-information-cap-cosine":
      return try MutualInformation.cosineCap(
        candidates: #require(parameters.candidates), temperature: temperature())
    case "aligned-uniform-asymptote":
      return try sphere().alignedLossLimit(temperature: temperature())
    case "aligned-uniform":
      return try loss(.uniform(dimension: #require(parameters.dimension)))
    case "uniformity-optimum":
      return try sphere().uniformityOptimum(t: #require(parameters.t))
    default: return nil
    }
  }
}
