import ContrastiveKernels
import RealModule

extension LogitMap {
  /// s, where logits are multiplied by it here and not with their rows.
  var scale: Double? {
    switch self {
    case .identity: nil
    case .arctanh(let scale), .circle(let scale, _), .affine(let scale, _): scale
    }
  }

  /// The logit of one cosine.
  func value(at cosine: Double) -> Double {
    switch self {
    case .identity: cosine
    case .arctanh(let scale): scale * .atanh(cosine)
    case .circle(let scale, let margin): scale * max(0, cosine + margin) * (cosine - margin)
    case .affine(let scale, let offset): scale * (cosine - offset)
    }
  }

  /// Its slope.
  func slope(at cosine: Double) -> Double {
    switch self {
    case .identity: 1
    case .arctanh(let scale): scale / ((1 - cosine) * (1 + cosine))
    case .circle(let scale, let margin): scale * max(0, cosine + margin)
    case .affine(let scale, _): scale
    }
  }
}
