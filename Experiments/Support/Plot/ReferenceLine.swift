/// A straight line across a plot, for a number that the series are compared with.
enum ReferenceLine: Hashable, Sendable {
  /// A line at a height, named in the key.
  case horizontal(at: Double, label: String)

  /// A line at a place on the horizontal axis, named above its upper end.
  case vertical(at: Double, label: String)
}

extension ReferenceLine {
  /// Its entry in the key, if it has one.
  var keyTitle: String? {
    if case .horizontal(_, let label) = self { label } else { nil }
  }
}
