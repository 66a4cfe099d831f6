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

  /// How far along the horizontal axis a place is, from 0 to 1.
  func horizontalShare(of place: Double) -> Double {
    guard let range = horizontalRange else { return 0.5 }
    return x.isLogarithmic
      ? log(place / range.lowerBound) / log(range.upperBound / range.lowerBound)
      : (place - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// Where there are points and vertical lines.
  var horizontalValues: [Double] {
    var values = series.flatMap { $0.points.map(\.x) }
    for case .vertical(let value, _) in referenceLines { values.append(value) }
    values += marks.map(\.x)
    return values.filter(\.isFinite)
  }

  /// The heights of points and horizontal lines.
  var verticalValues: [Double] {
    var values = series.flatMap { $0.points.compactMap(\.y) } + marks.map(\.y)
    for case .horizontal(let value, _) in referenceLines { values.append(value) }
    return values.filter(\.isFinite)
  }

  /// How many lines of text the key below the picture takes, of words as long as its longest.
  var keyRowCount: Int {
    let titles = series.map(\.title) + referenceLines.compactMap(\.keyTitle)
    guard key == .below, titles.count > 1 else { return 0 }
    // A letter takes about 10 of the 460 points below the axis, a sample of the line with its gaps 75.
    let width = 10 * (titles.map(\.count).max() ?? 0) + 75
    let columns = max(1, 460 / width)
    return (titles.count + columns - 1) / columns
  }

  var hasBars: Bool { series.contains { $0.style == .bars } }

  /// The smallest distance between places that have bars.
  private var barSpacing: Double {
    let places = Set(series.filter { $0.style == .bars }.flatMap { $0.points.map(\.x) }).sorted()
    return zip(places.dropFirst(), places).map { $0 - $1 }.min() ?? 1
  }
}
