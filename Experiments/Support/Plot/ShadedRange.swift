/// A part of the horizontal axis, shaded from the lower end of the picture to the upper.
struct ShadedRange: Hashable, Sendable {
  let range: ClosedRange<Double>

  /// What stands above it, if anything does: not on each of several that mean the same.
  var label: String?
}

extension Plot {
  /// How gnuplot draws what is shaded, behind everything else.
  var shadedRangeLines: [String] {
    shadedRanges.flatMap { shaded -> [String] in
      // A single place has a width too.
      let (low, high) = x.widened(shaded.range)
      let box =
        "set object rectangle from first \(low), graph 0 to first \(high), graph 1 behind "
        + "fillcolor rgb '#555555' fillstyle transparent solid 0.14 noborder"
      guard let label = shaded.label else { return [box] }
      let middle = x.isLogarithmic ? (low * high).squareRoot() : (low + high) / 2
      let share = horizontalRange.map { x.share(of: middle, in: $0) } ?? 0.5
      // Near an end of the axis the words go inwards.
      let place = share < 0.2 ? "\(low)" : share > 0.8 ? "\(high)" : "\(middle)"
      let side = share < 0.2 ? "left" : share > 0.8 ? "right" : "center"
      return [
        box,
        "set label \(quoted(label)) at first \(place), graph 1 \(side) offset 0,0.7 noenhanced "
          + "textcolor rgb '#333333'",
      ]
    }
  }

  /// Whether words stand above the axes' upper end.
  var hasWordsAbove: Bool {
    shadedRanges.contains { $0.label != nil }
      || referenceLines.contains { if case .vertical = $0 { true } else { false } }
  }
}

extension Axis {
  /// A range's ends, a hair farther apart.
  fileprivate func widened(_ range: ClosedRange<Double>) -> (low: Double, high: Double) {
    if isLogarithmic { return (range.lowerBound / 1.03, range.upperBound * 1.03) }
    let margin = 0.01 * Swift.max(range.upperBound - range.lowerBound, abs(range.upperBound))
    return (range.lowerBound - margin, range.upperBound + margin)
  }
}
