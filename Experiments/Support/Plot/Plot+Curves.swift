extension Plot {
  /// What gnuplot's `plot` draws, from the back to the front: bands, series with their errors, and
  /// horizontal lines.
  var curves: [String] {
    let file = "'\(data.name).csv' skip 1 using"
    var (bands, curves): ([String], [String]) = ([], [])
    var barIndex = 0
    for (index, (one, columns)) in zip(series, dataColumns).enumerated() {
      let color = "lc rgb '\(Self.palette[index % Self.palette.count])'"
      let dashes = index / Self.palette.count + 1
      var x = "\(columns.x)"
      var using = "\(columns.x):\(columns.y)"
      let style: String
      switch one.style {
      case .lines: style = "lines lw 2.5 dt \(dashes)"
      case .points: style = "points pt 7 ps 0.9"
      case .linesAndPoints: style = "linespoints lw 2.5 dt \(dashes) pt 7 ps 0.6"
      case .bars:
        x = "($\(columns.x)+(\(barShift(barIndex))))"
        using = "\(x):\(columns.y):(\(barWidth * 0.95))"
        style = "boxes"
        barIndex += 1
      }
      curves.append("\(file) \(using) with \(style) \(color) title \(quoted(one.title))")
      guard let band = columns.band else { continue }
      if one.style == .bars {
        // Not `errorbars`: these clear the paper around points, here the bars.
        curves.append(
          "\(file) \(x):\(band.lowerBound):(0):($\(band.upperBound)-$\(band.lowerBound)) "
            + "with vectors nohead lw 3 lc rgb '#333333' notitle")
      } else {
        bands.append(
          "\(file) \(x):\(band.lowerBound):\(band.upperBound) with filledcurves fs transparent solid 0.22 noborder \(color) "
            + "notitle")
      }
    }
    var dashes = 2
    for case .horizontal(let height, let label) in referenceLines {
      curves.append(
        "\(height) with lines lw 1.5 dt \(dashes) lc rgb '#555555' title \(quoted(label))")
      dashes = dashes % 5 + 1
    }
    return bands + curves
  }

  /// How far from its place the bars of a series stand, beside those of the others.
  private func barShift(_ index: Int) -> Double {
    (Double(index) - Double(series.count { $0.style == .bars } - 1) / 2) * barWidth
  }
}
