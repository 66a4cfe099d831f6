import Foundation

extension Plot {
  /// The gnuplot script (5.2 or later) that draws the SVG and the PNG from the data file.
  ///
  /// All file names in it are relative: `gnuplot <name>.gnuplot` in their folder draws them again.
  var script: String {
    """
    # Draws \(name).svg and \(name).png from \(data.name).csv: gnuplot \(name).gnuplot
    set encoding utf8
    set datafile separator comma
    set title \(quoted(title)) noenhanced font ',16' offset 0,0.6
    set border 3 lc rgb '#555555'
    set grid back lt 1 dt solid lc rgb '#dddddd' lw 1
    set tics nomirror out textcolor rgb '#333333'
    set style fill solid 0.85 noborder
    \(keyLine)
    \((horizontalAxisLines + verticalAxisLines + verticalReferences).joined(separator: "\n"))

    set terminal svg size 960,600 dynamic font 'sans,14' background rgb 'white'
    set output '\(name).svg'
    plot \(curves.joined(separator: ", \\\n     "))
    if (strstrt(GPVAL_TERMINALS, 'pngcairo')) {
      set terminal pngcairo size 1440,900 fontscale 1.5 linewidth 1.5 pointscale 1.5 font 'sans,14'
    } else {
      set terminal png size 960,600
    }
    set output '\(name).png'
    replot
    unset output

    """
  }

  private var keyLine: String {
    curves.count < 2
      ? "unset key"
      : "set key \(key.rawValue) reverse Left noenhanced samplen 2.5 spacing 1.2 textcolor rgb '#333333'"
  }

  private var horizontalAxisLines: [String] {
    var lines = axisLines("x", x, values: horizontalValues)
    if let range = horizontalRange {
      lines.append("set xrange [\(range.lowerBound):\(range.upperBound)]")
    }
    return lines
  }

  private var verticalAxisLines: [String] {
    var lines = axisLines("y", y, values: verticalValues)
    if let range = y.range {
      lines.append("set yrange [\(range.lowerBound):\(range.upperBound)]")
    } else if hasBars, !y.isLogarithmic {
      // A bar's length is its value only if it starts at 0.
      lines.append("set yrange [*<0:0<*]")
    }
    return lines
  }

  private func axisLines(_ letter: String, _ axis: Axis, values: [Double]) -> [String] {
    // Half a line up: gnuplot leaves none between the horizontal label and a key below it.
    let offset = letter == "x" ? " offset 0,0.4" : ""
    var lines = ["set \(letter)label \(quoted(axis.label)) noenhanced\(offset)"]
    if axis.isLogarithmic {
      lines.append("set logscale \(letter)")
      let positive = values.filter { $0 > 0 }
      if let least = positive.min(), let greatest = positive.max() {
        // Eight decades with nine small ticks each are as many as can be told apart.
        if greatest / least < 1e8 { lines.append("set m\(letter)tics 10") }
        // Of a short axis the decades are too few to read places from.
        if greatest / least < 1e3 {
          let decades = Int(log10(least).rounded(.down))...Int(log10(greatest).rounded(.up))
          let between = decades.flatMap { [2 * pow(10, Double($0)), 5 * pow(10, Double($0))] }
          lines.append(
            "set \(letter)tics add (\(between.map { $0.text(digits: 1) }.joined(separator: ", ")))")
        }
        if least < 1e-4 || greatest > 1e5 { lines.append("set format \(letter) '10^{%T}'") }
      }
    }
    if !axis.tickLabels.isEmpty {
      let labels = axis.tickLabels.enumerated().map { "\(quoted($1)) \($0)" }
      // About as many characters as 960 points hold side by side.
      let isCrowded = axis.tickLabels.map { $0.count + 2 }.reduce(0, +) > 90
      lines.append(
        "set \(letter)tics (\(labels.joined(separator: ", "))) noenhanced"
          + (isCrowded ? " rotate by -30" : ""))
    }
    return lines
  }

  private var curves: [String] {
    let barCount = series.count { $0.style == .bars }
    var barIndex = 0
    var curves: [String] = []
    for (index, (one, column)) in zip(series, dataColumns).enumerated() {
      let color = Self.palette[index % Self.palette.count]
      let dashes = index / Self.palette.count + 1
      var using = "\(column.x):\(column.y)"
      let style: String
      switch one.style {
      case .lines: style = "lines lw 2 dt \(dashes)"
      case .points: style = "points pt 7 ps 1"
      case .linesAndPoints: style = "linespoints lw 2 dt \(dashes) pt 7 ps 0.7"
      case .bars:
        let shift = (Double(barIndex) - Double(barCount - 1) / 2) * barWidth
        using = "($\(column.x)+(\(shift))):\(column.y):(\(barWidth * 0.95))"
        style = "boxes"
        barIndex += 1
      }
      curves.append(
        "'\(data.name).csv' skip 1 using \(using) with \(style) lc rgb '\(color)' "
          + "title \(quoted(one.title))")
    }
    var dashes = 2
    for case .horizontal(let height, let label) in referenceLines {
      curves.append(
        "\(height) with lines lw 1.5 dt \(dashes) lc rgb '#555555' title \(quoted(label))")
      dashes = dashes % 5 + 1
    }
    return curves
  }

  private var verticalReferences: [String] {
    referenceLines.flatMap { line -> [String] in
      guard case .vertical(let x, let label) = line else { return [] }
      return [
        "set arrow from first \(x), graph 0 to first \(x), graph 1 nohead back lw 1.5 "
          + "dt 2 lc rgb '#555555'",
        "set label \(quoted(label)) at first \(x), graph 1 center offset 0,0.7 noenhanced "
          + "textcolor rgb '#333333'",
      ]
    }
  }

  /// A literal of gnuplot in which no character but the quote has a meaning.
  private func quoted(_ text: String) -> String {
    "'" + text.folded.replacing("'", with: "''") + "'"
  }
}
