import ContrastiveEmbeddings
public import ContrastiveTraining

/// log s, which must have a temperature, and where it is held.
extension LearnableTemperature: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    parameters.store(in: &part)
    if clamp != .none {
      part.store(
        Matrix<Double>(rowCount: 1, columnCount: 2) {
          $1 == 0 ? clamp.range.lowerBound : clamp.range.upperBound
        }, as: "clamp")
    }
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    try parameters.restore(from: &part)
    do {
      _ = try Temperature(logScale: Double(logScale))
    } catch {
      throw part.invalid(
        "logScale", found: "\(logScale)",
        expected: "a number whose exponential is positive and finite")
    }
    clamp = try part.holds("clamp") ? Clamp(from: &part) : .none
  }
}

extension LearnableTemperature.Clamp {
  fileprivate init(from part: inout CheckpointPart) throws(CheckpointError) {
    let bounds: Matrix<Double> = try part.takeMatrix("clamp", rowCount: 1, columnCount: 2)
    let (lower, upper) = (bounds[0, 0], bounds[0, 1])
    guard lower <= upper else {
      throw part.invalid("clamp", found: "\(lower), \(upper)", expected: "the smaller bound first")
    }
    self = lower...upper == Self.clip.range ? .clip : .logScale(lower...upper)
  }
}
