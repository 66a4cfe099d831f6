import Foundation

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

  /// An axis that has room for some values, whether there are points at them or not yet.
  init(_ label: String, isLogarithmic: Bool, showing values: [Double]) {
    self.init(label, isLogarithmic: isLogarithmic)
    range = margined(values)
  }

  /// The ends of an axis that shows values, with a small margin; nil without values.
  func margined(_ values: [Double]) -> ClosedRange<Double>? {
    let values = values.filter { $0.isFinite && ($0 > 0 || !isLogarithmic) }
    guard let least = values.min(), let greatest = values.max() else { return nil }
    if isLogarithmic {
      // One value has the middle.
      let margin = least < greatest ? pow(greatest / least, 0.02) : 2
      return least / margin...greatest * margin
    }
    let margin = least < greatest ? 0.02 * (greatest - least) : 0.5
    return least - margin...greatest + margin
  }
}
