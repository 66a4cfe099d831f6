import ContrastiveBounds
import ContrastiveEmbeddings
import Testing

@Suite struct CandidateSetTests {
  // NormFace's figure 5, rows n, columns s. Six printed digits.
  static let figure5: [(classes: Int, floors: [Double])] = [
    (2, [0.126928, 0.0181499, 3.35406e-4, 1.12535e-7, 2.06115e-9, 1.26642e-14, 1.60381e-28]),
    (10, [1.37693, 0.680726, 0.100472, 0.00124045, 1.34499e-4, 1.71179e-7, 3.25582e-15]),
    (100, [3.61238, 2.64832, 1.00849, 0.0301729, 0.00405454, 9.47834e-6, 9.07473e-13]),
    (1000, [5.90847, 4.91214, 2.95617, 0.287022, 0.0439239, 1.1063e-4, 1.22527e-11]),
    (10575, [8.26632, 7.26666, 5.27093, 1.51392, 0.391775, 0.00118744, 1.33506e-10]),
    (100_000, [10.5129, 9.51297, 7.51342, 3.54221, 1.7119, 0.0111888, 1.266e-9]),
  ]

  @Test("gives NormFace's figure 5", arguments: figure5)
  func normFace(classes: Int, floors: [Double]) throws {
    for (scale, expected) in zip([1.0, 2, 4, 8, 10, 16, 32], floors) {
      let floor = try CandidateSet.classes(classes).floor(temperature: Temperature(scale: scale))
      expectClose(floor.value, expected, relative: 5e-6, "s = \(scale)")
    }
  }

  @Test("gives NormFace's quoted numbers")
  func quoted() throws {
    func probability(_ classes: Int) throws -> Double {
      try CandidateSet.classes(classes).value(of: .antipodal, temperature: 1).positiveProbability
    }
    #expect(abs(try probability(10) - 0.4508530603792838) < 1e-15)
    #expect(abs(try probability(1000) - 0.007342146711703) < 1e-15)
    // CASIA-WebFace
    let casia = CandidateSet.classes(10575)
    #expect(abs(try casia.floor(temperature: 1).value - 8.266315928710399) < 1e-14)
    #expect(abs(try casia.chance() - 9.266248003914479) < 1e-14)
  }

  // τ, then 1023 negatives antipodal, simplex, orthogonal, then 65536 antipodal, simplex.
  @Test(
    "gives the table of InfoNCE floors",
    arguments: [
      [0.01, 1.41573e-84, 3.45123e-41, 3.80564e-41, 9.0695e-83, 2.43427e-39],
      [0.05, 4.34607e-15, 2.06774e-6, 2.10856e-6, 2.7842e-13, 1.35029e-4],
      [0.07, 3.99449e-10, 6.30184e-4, 6.39043e-4, 2.55898e-8, 0.0401269],
      [0.2, 0.0453979, 2.0617, 2.06597, 1.38011, 6.09254],
      [0.7, 4.09023, 5.5046, 5.50599, 8.23348, 9.66183],
      [2, 5.93315, 6.43162, 6.43211, 10.0904, 10.5904],
      [10, 6.73169, 6.83148, 6.83157, 10.8904, 10.9904],
    ])
  func infoNCE(row: [Double]) throws {
    let temperature = try Temperature(row[0])
    let columns: [(Int, PointConfiguration)] = [
      (1023, .antipodal), (1023, .simplex), (1023, .orthogonal), (65536, .antipodal),
      (65536, .simplex),
    ]
    for ((negatives, configuration), expected) in zip(columns, row.dropFirst()) {
      let bound = try CandidateSet.free(negatives: negatives)
        .value(of: configuration, temperature: temperature)
      expectClose(bound.value, expected, relative: 1e-5, "\(negatives) \(configuration)")
    }
  }

  // Given τ exactly: two exponentials of 1 ulp, three products of ½, log1p of 1, together
  // 4.5 · 2.2e-16.
  @Test("keeps its digits down to the smallest normal number")
  func extremes() throws {
    let oracle: Oracle = try resource("oracle")
    for item in oracle.floors {
      let set: CandidateSet
      switch item.kind {
      case "free": set = .free(negatives: item.count)
      case "inBatch": set = .inBatch(size: item.count)
      default: set = .twoViews(size: item.count)
      }
      let floor = try set.floor(temperature: Temperature(item.temperature))
      expectClose(floor.value, item.value, relative: 1e-15, "\(item)")
    }
  }

  @Test("is 0, and never NaN, where the exponent leaves every range")
  func underflow() throws {
    let tiny: Temperature = 1e-307
    for set: CandidateSet in [.free(negatives: 1023), .inBatch(size: 3), .twoViews(size: 1024)] {
      #expect(try set.floor(temperature: 1e-3).value == 0)
      for configuration: PointConfiguration in [
        .antipodal, .simplex, .orthogonal, .crossPolytope, .polygon, .uniform(dimension: 2),
      ] where try configuration != .crossPolytope || set.negativeCount != 2 {
        let value = try set.value(of: configuration, temperature: tiny).value
        #expect(value.isFinite && value >= 0, "\(set) \(configuration)")
      }
    }
    // Below the normal numbers digits go, magnitude stays: e^(−740) = 85 · 2^(−1074).
    let subnormal = try CandidateSet.free(negatives: 1).floor(temperature: Temperature(1 / 370.0))
    #expect(abs(subnormal.value / .leastNonzeroMagnitude - 85) <= 2)
  }

  @Test("is log(1 + K) for a collapsed model at every temperature", arguments: [0.001, 1, 1e3])
  func chance(temperature: Double) throws {
    for set: CandidateSet in [.free(negatives: 4), .inBatch(size: 5), .twoViews(size: 3)] {
      let collapsed = try set.value(
        of: .collapsed, temperature: Temperature(temperature), dimension: 1)
      let chance = try set.chance()
      #expect(try collapsed.value == chance && chance > 1.6 && set.negativeCount == 4)
      #expect(collapsed.isAttainable)
    }
  }

  @Test("is 0 with nothing to tell apart")
  func alone() throws {
    let sets: [CandidateSet] = [
      .free(negatives: 0), .inBatch(size: 1), .twoViews(size: 1), .classes(1),
    ]
    for set in sets {
      #expect(try set.chance() == 0)
      let floor = try set.floor(temperature: 0.07, dimension: 1)
      #expect(floor.value == 0 && floor.isAttainable)
      #expect(throws: ContrastiveError.self) { try set.temperature(reachingFloor: 0.1) }
    }
  }

  @Test("knows which floors exist in a dimension")
  func attainability() throws {
    func reached(_ set: CandidateSet, _ dimension: Int?) throws -> Bool {
      try set.floor(temperature: 0.1, dimension: dimension).isAttainable
    }
    #expect(try reached(.free(negatives: 65536), 1))
    #expect(try reached(.inBatch(size: 2), 1))
    for set: CandidateSet in [.inBatch(size: 129), .twoViews(size: 129), .classes(129)] {
      #expect(try reached(set, 128))
      #expect(try !reached(set, 127))
      #expect(try reached(set, nil))
    }
    func exists(
      _ configuration: PointConfiguration, _ set: CandidateSet, _ dimension: Int?
    ) throws -> Bool {
      try set.value(of: configuration, temperature: 1, dimension: dimension).isAttainable
    }
    #expect(try exists(.antipodal, .inBatch(size: 2), 1))
    #expect(try !exists(.antipodal, .inBatch(size: 3), nil))
    #expect(try !exists(.antipodal, .classes(3), 1000))
    #expect(try exists(.orthogonal, .inBatch(size: 4), 4))
    #expect(try !exists(.orthogonal, .inBatch(size: 4), 3))
    #expect(try exists(.orthogonal, .free(negatives: 4), 5))
    #expect(try !exists(.orthogonal, .free(negatives: 4), 4))
    #expect(try exists(.crossPolytope, .inBatch(size: 6), 3))
    #expect(try !exists(.crossPolytope, .inBatch(size: 6), 2))
    #expect(try exists(.polygon, .inBatch(size: 6), 2))
    #expect(try !exists(.polygon, .inBatch(size: 6), 1))
    #expect(try !exists(.uniform(dimension: 3), .inBatch(size: 6), nil))
  }

  @Test("says in one line what is wrong with a count")
  func errors() throws {
    #expect(
      try message { try CandidateSet.inBatch(size: 0).floor(temperature: 1) }
        == "batch: expected a whole number from 1 to 2⁵³, found 0")
    #expect(
      try message { try CandidateSet.free(negatives: -1).chance() }
        == "negatives: expected a whole number from 0 to 2⁵³, found -1")
    #expect(
      try message { try CandidateSet.classes(.max).chance() }
        == "classes: expected a whole number from 1 to 2⁵³, found \(Int.max)")
    #expect(
      try message { try CandidateSet.classes(5).floor(temperature: 1, dimension: 0) }
        == "dimension: expected a whole number from 1 to 2⁵³, found 0")
    #expect(
      try message {
        try CandidateSet.inBatch(size: 5).value(of: .crossPolytope, temperature: 1)
      }
        == "configuration: expected an even number of points, two on each axis, "
        + "found a cross-polytope of 5 points")
    #expect(
      try message {
        try CandidateSet.inBatch(size: 5).value(of: .uniform(dimension: 0), temperature: 1)
      } == "dimension: expected a whole number from 1 to 2⁵³, found 0")
    // The largest counts accepted overflow nowhere.
    #expect(try CandidateSet.twoViews(size: 1 << 53).chance().isFinite)
    #expect(try CandidateSet.free(negatives: 1 << 53).floor(temperature: 1).value > 0)
  }

  private func message(_ body: () throws -> some Any) throws -> String {
    let error = try #require(#expect(throws: ContrastiveError.self) { _ = try body() })
    return error.description
  }
}
