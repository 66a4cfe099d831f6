import Contrastive

/// The value of a closed form, and whether embeddings have it.
struct BoundValue {
  let value: Double
  let isAttainable: Bool

  init(_ value: Double, isAttainable: Bool) {
    self.value = value
    self.isAttainable = isAttainable
  }

  init(_ bound: LossBound) {
    self.init(bound.value, isAttainable: bound.isAttainable)
  }
}

extension BoundKind {
  /// - Throws: `ValidationError` if a parameter is missing, `ContrastiveError` if one is out of
  ///   range.
  func value(at parameters: BoundParameters) throws -> BoundValue {
    func floor(_ set: CandidateSet) throws -> LossBound {
      try set.floor(temperature: parameters.temperature(), dimension: parameters.dimension)
    }
    func loss(_ set: CandidateSet, _ configuration: PointConfiguration) throws -> BoundValue {
      // A collapsed model has the same loss at every temperature.
      BoundValue(
        try set.value(
          of: configuration,
          temperature: configuration == .collapsed ? 1 : parameters.temperature(),
          dimension: parameters.dimension))
    }
    func free() throws -> CandidateSet {
      .free(negatives: try parameters.required(.negatives, \.negatives))
    }
    func batch() throws -> CandidateSet {
      .inBatch(size: try parameters.required(.batch, \.batch))
    }
    func twoViews() throws -> CandidateSet {
      .twoViews(size: try parameters.required(.batch, \.batch))
    }
    func classes() throws -> CandidateSet {
      .classes(try parameters.required(.classes, \.classes))
    }
    func candidates() throws -> Int { try parameters.required(.candidates, \.candidates) }
    func dimension() throws -> Int { try parameters.required(.dimension, \.dimension) }

    if let dimension = parameters.dimension, dimension < 1 {
      throw ContrastiveError(.dimension, .integer(found: dimension, expected: .positive))
    }
    switch self {
    case .normFaceProposition2: return BoundValue(try floor(classes()))
    case .normFaceScale:
      let temperature = try classes()
        .temperature(reachingFloor: parameters.required(.floor, \.floor))
      let floor = try classes().floor(
        temperature: temperature, dimension: parameters.dimension)
      return BoundValue(temperature.scale, isAttainable: floor.isAttainable)
    case .infoNCEAntipodal: return try loss(free(), .antipodal)
    case .infoNCESimplex: return try loss(free(), .simplex)
    case .infoNCEOrthogonal: return try loss(free(), .orthogonal)
    case .infoNCECollapse: return try loss(free(), .collapsed)
    case .clipNWay: return BoundValue(try floor(batch()))
    case .crossPolytope: return try loss(batch(), .crossPolytope)
    case .polygon: return try loss(batch(), .polygon)
    case .ntXent: return BoundValue(try floor(twoViews()))
    case .ntXentCollapse: return try loss(twoViews(), .collapsed)
    case .mutualInformationCap:
      // A loss of 0, which no finite critic has against any negative.
      let count = try candidates()
      return BoundValue(try MutualInformation.cap(candidates: count), isAttainable: count == 1)
    case .mutualInformationCapCosine:
      return BoundValue(
        try MutualInformation.cosineCap(
          candidates: candidates(), temperature: parameters.temperature()),
        isAttainable: true)
    case .mutualInformationCapSimplex:
      return BoundValue(
        try MutualInformation.simplexCap(
          candidates: candidates(), temperature: parameters.temperature()),
        isAttainable: try floor(.inBatch(size: candidates())).isAttainable)
    case .alignedUniform: return try loss(free(), .uniform(dimension: dimension()))
    // Limits of ever more points, which no finite set has.
    case .alignedUniformAsymptote:
      return BoundValue(
        try UniformSphere(dimension: dimension())
          .alignedLossLimit(temperature: parameters.temperature()),
        isAttainable: false)
    case .uniformityOptimum:
      return BoundValue(
        try UniformSphere(dimension: dimension())
          .uniformityOptimum(t: parameters.required(.t, \.t)),
        isAttainable: false)
    }
  }
}
