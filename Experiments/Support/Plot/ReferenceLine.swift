/// A straight line across a plot, for a number that the series are compared with.
enum ReferenceLine: Hashable, Sendable {
  /// A line at a height, named in the key.
  case horizontal(at: Double, label: String)

  /// A line at a place on the horizontal axis, named above its upper end.
  case vertical(at: Double, label: String)
}
