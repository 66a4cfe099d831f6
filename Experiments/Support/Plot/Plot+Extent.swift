import Foundation

extension Plot {
  /// The ends of the horizontal axis: all points and vertical lines with a small margin.
  ///
  /// gnuplot itself would round them up to whole ticks, on a logarithmic axis to whole decades,
  /// and does not count vertical lines at all. Nil where there is nothing to enclose.
  var horizontalRange: ClosedRange<Double>? {
    if let range = x.range { return range }
    let places = horizontalValues.filter { $0 > 0 || !x.isLogarithmic }
    guard let least = places.min(), let greatest = places.max(), least < greatest || hasBars
    else { return nil }
    if x.isLogarithmic {
      let margin = pow(greatest / least, 0.02)
      return least / margin...greatest * margin
    }
    let margin = hasBars ? 0.6 * barSpacing : 0.02 * (greatest - least)
    return least - margin...greatest + margin
  }

  /// The width of a bar and of the space to the next bar of the same place, in units of x.
  var barWidth: Double {
    0.8 * barSpacing / Double(max(1, series.count { $0.style == .bars }))
  }

  /// Where there are points and vertical lines.
  var horizontalValues: [Double] {
    var values = series.flatMap { $0.points.map(\.x) }
    for case .vertical(let value, _) in referenceLines { values.append(value) }
    return values.filter(\.isFinite)
  }

  /// The heights of points and horizontal lines.
  var verticalValues: [Double] {
    var values = series.flatMap { $0.points.compactMap(\.y) }
    for case .horizontal(let value, _) in referenceLines { values.append(value) }
    return values.filter(\.isFinite)
  }

  var hasBars: Bool { series.contains { $0.style == .bars } }

  /// The smallest distance between places that have bars.
  private var barSpacing: Double {
    let places = Set(series.filter { $0.style == .bars }.flatMap { $0.points.map(\.x) }).sorted()
    return zip(places.dropFirst(), places).map { $0 - $1 }.min() ?? 1
  }
}
