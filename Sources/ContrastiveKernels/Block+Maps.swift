import CContrastiveKernels

/// How a cosine becomes a logit.
package enum LogitMap: Hashable, Sendable {
  case identity
  /// scale·artanh(x), with the slope scale/(1 − x²); ±∞ from ±1 on.
  case arctanh(scale: Double)
  /// scale·max(0, x + margin)·(x − margin), with the slope scale·max(0, x + margin): the factor is a
  /// constant in the gradient.
  case circle(scale: Double, margin: Double)
  /// scale·(x − offset)
  case affine(scale: Double, offset: Double)
}

extension Block {
  /// Replaces every x by map(x), and leaves map′(x) in `slopes`.
  ///
  /// −∞, no candidate, stays what it is, and its slope is 0.
  package func setMapped(by map: LogitMap, slopes: Block?, on isa: InstructionSet = .best) {
    precondition(
      slopes.map { $0.rowCount == rowCount && $0.columnCount == columnCount } ?? true,
      "two blocks that go together have different shapes")
    let (kind, scale, parameter): (contrastive_map, Double, Double) =
      switch map {
      // Its values are x to the last bit.
      case .identity: (contrastive_map_affine, 1, 0)
      case .arctanh(let scale): (contrastive_map_arctanh, scale, 0)
      case .circle(let scale, let margin): (contrastive_map_circle, scale, margin)
      case .affine(let scale, let offset): (contrastive_map_affine, scale, offset)
      }
    if map == .identity, slopes == nil { return }
    unsafe Scalar.kernels(on: isa).pointee.mapLogits(
      target, kind, scale, parameter, slopes?.target ?? contrastive_tile())
  }

  /// Multiplies every element by the one of `other` in its place.
  package func multiply(by other: Block, on isa: InstructionSet = .best) {
    checkSameShape(as: other)
    unsafe Scalar.kernels(on: isa).pointee.multiplyRows(other.source, target)
  }
}
