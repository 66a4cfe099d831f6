/// An axis of a plot.
struct Axis: Hashable, Sendable {
  /// What is measured and in which unit, for example `loss (nats)`.
  let label: String

  /// Whether equal ratios are equally far apart. Points at or below 0 are then not drawn.
  var isLogarithmic = false

  /// The ends of the axis, or nil to show all points.
  var range: ClosedRange<Double>? = nil

  /// Names to stand at 0, 1, 2, … in place of numbers, for bars with names.
  var tickLabels: [String] = []

  init(
    _ label: String, isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil,
    tickLabels: [String] = []
  ) {
    self.label = label
    self.isLogarithmic = isLogarithmic
    self.range = range
    self.tickLabels = tickLabels
  }
}
