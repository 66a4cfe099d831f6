import ContrastiveEmbeddings
public import ContrastiveTraining

/// log s, which must have a temperature, and where it is held.
extension LearnableTemperature: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    parameters.store(in: &part)
    if clamp != .none {
      // A checkpoint's numbers are finite: the largest stands for an end that is none.
      let largest = Double.greatestFiniteMagnitude
      part.store(
        Matrix<Double>(rowCount: 1, columnCount: 2) {
          $1 == 0 ? max(-largest, clamp.range.lowerBound) : min(largest, clamp.range.upperBound)
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
    func end(_ bound: Double) -> Double {
      bound.magnitude == .greatestFiniteMagnitude ? bound * .infinity : bound
    }
    let (lower, upper) = (end(bounds[0, 0]), end(bounds[0, 1]))
    guard lower <= upper else {
      throw part.invalid("clamp", found: "\(lower), \(upper)", expected: "the smaller bound first")
    }
    self = lower...upper == Self.clip.range ? .clip : .logScale(lower...upper)
  }
}
