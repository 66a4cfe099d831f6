import ArgumentParser

/// The closed forms that the command `bound` computes.
enum BoundKind: String, CaseIterable, ExpressibleByArgument {
  case normFaceProposition2 = "normface-proposition-2"
  case normFaceScale = "normface-scale"
  case infoNCEAntipodal = "info-nce-antipodal"
  case infoNCESimplex = "info-nce-simplex"
  case infoNCEOrthogonal = "info-nce-orthogonal"
  case infoNCECollapse = "info-nce-collapse"
  case clipNWay = "clip-n-way"
  case crossPolytope = "cross-polytope"
  case polygon
  case ntXent = "nt-xent"
  case ntXentCollapse = "nt-xent-collapse"
  case mutualInformationCap = "mutual-information-cap"
  case mutualInformationCapCosine = "mutual-information-cap-cosine"
  case mutualInformationCapSimplex = "mutual-information-cap-simplex"
  case alignedUniform = "aligned-uniform"
  case alignedUniformAsymptote = "aligned-uniform-asymptote"
  case uniformityOptimum = "uniformity-optimum"

  var formula: String {
    switch self {
    case .normFaceProposition2: "log(1 + (n−1) exp(−s n/(n−1)))"
    case .normFaceScale: "s = (n−1)/n log((n−1)/(exp(ε) − 1))"
    case .infoNCEAntipodal: "log(1 + K exp(−2/τ))"
    case .infoNCESimplex: "log(1 + K exp(−(K+1)/(K τ)))"
    case .infoNCEOrthogonal: "log(1 + K exp(−1/τ))"
    case .infoNCECollapse: "log(1 + K)"
    case .clipNWay: "log(1 + (N−1) exp(−N/((N−1) τ)))"
    case .crossPolytope: "log(1 + (N−2) exp(−1/τ) + exp(−2/τ))"
    case .polygon: "log(1 + Σ exp((cos(2πk/N) − 1)/τ)), k = 1 … N−1"
    case .ntXent: "log(1 + 2(N−1) exp(−N/((N−1) τ)))"
    case .ntXentCollapse: "log(2N−1)"
    case .mutualInformationCap: "log N"
    case .mutualInformationCapCosine: "log N − log(1 + (N−1) exp(−2/τ))"
    case .mutualInformationCapSimplex: "log N − log(1 + (N−1) exp(−N/((N−1) τ)))"
    case .alignedUniform: "log(1 + K exp(−1/τ) 0F1(; d/2; 1/(4τ²)))"
    case .alignedUniformAsymptote: "−1/τ + log 0F1(; d/2; 1/(4τ²))"
    case .uniformityOptimum: "−2t + log 0F1(; d/2; t²)"
    }
  }

  /// The options it needs. All others are superfluous, but for a dimension: see `usesDimension`.
  var requiredOptions: [BoundOption] {
    switch self {
    case .normFaceProposition2: [.classes, .temperature]
    case .normFaceScale: [.classes, .floor]
    case .infoNCEAntipodal, .infoNCESimplex, .infoNCEOrthogonal: [.negatives, .temperature]
    case .infoNCECollapse: [.negatives]
    case .clipNWay, .crossPolytope, .polygon, .ntXent: [.batch, .temperature]
    case .ntXentCollapse: [.batch]
    case .mutualInformationCap: [.candidates]
    case .mutualInformationCapCosine, .mutualInformationCapSimplex: [.candidates, .temperature]
    case .alignedUniform: [.negatives, .dimension, .temperature]
    case .alignedUniformAsymptote: [.dimension, .temperature]
    case .uniformityOptimum: [.dimension, .t]
    }
  }

  /// As on the command line. Where the value does not depend on the dimension, that may be given
  /// all the same and decides whether the value is attainable.
  var usage: String {
    (requiredOptions.map(\.text)
      + (requiredOptions.contains(.dimension) ? [] : ["[\(BoundOption.dimension.text)]"]))
      .joined(separator: " ")
  }
}
