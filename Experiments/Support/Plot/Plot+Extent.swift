extension Plot {
  /// The ends of the horizontal axis: all points and vertical lines with a small margin.
  ///
  /// gnuplot itself would round them up to whole ticks, on a logarithmic axis to whole decades,
  /// and does not count vertical lines at all. Nil where there is nothing to enclose.
  var horizontalRange: ClosedRange<Double>? {
    if let range = x.range { return range }
    guard hasBars, let least = horizontalValues.min(), let greatest = horizontalValues.max() else {
      return x.margined(horizontalValues)
    }
    return least - 0.6 * barSpacing...greatest + 0.6 * barSpacing
  }

  /// The ends of the vertical axis: those it has, or, where words stand in the picture, ends with room for
  /// these. Nil where gnuplot may choose.
  var verticalRange: ClosedRange<Double>? {
    if let range = y.range { return range }
    guard !marks.isEmpty else { return nil }
    guard !y.isLogarithmic, let least = verticalValues.min(), let greatest = verticalValues.max()
    else { return y.margined(verticalValues) }
    let span = least < greatest ? greatest - least : Swift.max(abs(greatest), 1e-3)
    let low = least - 0.2 * span
    return (least >= 0 ? Swift.max(low, 0) : low)...greatest + 0.2 * span
  }

  /// The width of a bar and of the space to the next bar of the same place, in units of x.
  var barWidth: Double {
    0.8 * barSpacing / Double(max(1, series.count { $0.style == .bars }))
  }

  /// Where there are points, vertical lines and what is shaded.
  var horizontalValues: [Double] {
    var values = series.flatMap { $0.points.map(\.x) }
    for case .vertical(let value, _) in referenceLines { values.append(value) }
    values += shadedRanges.flatMap { [$0.range.lowerBound, $0.range.upperBound] }
    values += marks.map(\.x)
    return values.filter(\.isFinite)
  }

  /// The heights of points and horizontal lines.
  var verticalValues: [Double] {
    let points = series.flatMap(\.points)
    var values =
      points.compactMap(\.y) + points.compactMap(\.band).flatMap { [$0.lowerBound, $0.upperBound] }
      + marks.map(\.y)
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
