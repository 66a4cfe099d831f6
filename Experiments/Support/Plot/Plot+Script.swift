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
    \(headLines.joined(separator: "\n"))
    set tmargin at screen \(fromTop(headHeight + (hasWordsAbove ? 32 : 6)))
    set border 3 lc rgb '#555555'
    set grid back lt 1 dt solid lc rgb '#dddddd' lw 1
    set tics nomirror out textcolor rgb '#333333'
    set style fill solid 0.85 noborder
    set style textbox opaque margins 0.2, 0.1 fillcolor rgb '#ffffff' noborder
    set rmargin 3
    \(keyLine)
    \(axisAndWordLines.joined(separator: "\n"))

    set terminal svg size 640,\(height) fixed font 'sans,19' background rgb 'white'
    set output '\(name).svg'
    plot \(curves.joined(separator: ", \\\n     "))
    if (strstrt(GPVAL_TERMINALS, 'pngcairo')) {
      set terminal pngcairo size 1280,\(2 * height) fontscale 1.5 linewidth 2 pointscale 2 font 'sans,19'
    } else {
      set terminal png size 640,\(height)
    }
    set output '\(name).png'
    replot
    unset output

    """
  }

  private var axisAndWordLines: [String] {
    horizontalAxisLines + verticalAxisLines + shadedRangeLines + verticalReferences + markLines
  }

  // Of 640 points: on a telephone, of half that width, letters of 19 are 10 high.
  private var height: Int { 384 + headHeight + 27 * keyRowCount }

  /// Title and subject, on as many lines as they take; a letter is about half as wide as high.
  private var titleLines: [String] { title.lines(fitting: 52) }
  private var subjectLines: [String] { subject.lines(fitting: 64) }

  /// What they take from the upper edge on.
  private var headHeight: Int { 20 + 28 * titleLines.count + 24 * subjectLines.count }

  private var headLines: [String] {
    let titles = titleLines.enumerated().map { index, line in
      "set label \(quoted(line)) at screen 0.5, screen \(fromTop(26 + 28 * index)) center noenhanced "
        + "font ',21'"
    }
    let top = 26 + 28 * titleLines.count
    return titles
      + subjectLines.enumerated().map { index, line in
        "set label \(quoted(line)) at screen 0.5, screen \(fromTop(top + 24 * index)) center noenhanced "
          + "font ',17' textcolor rgb '#555555'"
      }
  }

  /// So many points below the upper edge, as a share of the height.
  private func fromTop(_ points: Int) -> Double { 1 - Double(points) / Double(height) }

  private var keyLine: String {
    // Below the axis it would touch the axis' label.
    let room = key == .below ? "height 0.8 " : ""
    return series.count + referenceLines.compactMap(\.keyTitle).count < 2
      ? "unset key"
      : "set key \(key.rawValue) \(room)reverse Left noenhanced font ',17' samplen 1.8 spacing 1.1 textcolor rgb '#333333'"
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
    if let range = verticalRange {
      lines.append("set yrange [\(range.lowerBound):\(range.upperBound)]")
    } else if hasBars, !y.isLogarithmic {
      // A bar's length is its value only if it starts at 0.
      lines.append("set yrange [*<0:0<*]")
    }
    return lines
  }

  private func axisLines(_ letter: String, _ axis: Axis, values: [Double]) -> [String] {
    // Nearer to the axis than gnuplot has them, or nothing is left between the label and a key below it.
    let offset = letter == "x" ? " offset 0,0.9" : ""
    // A logarithmic axis has none at 0.
    let ends = axis.range.flatMap { $0.lowerBound > 0 ? [$0.lowerBound, $0.upperBound] : nil }
    var lines = ["set \(letter)label \(quoted(axis.label)) noenhanced\(offset)"]
    if letter == "x" { lines.append("set xtics offset 0,0.45") }
    if axis.isLogarithmic {
      lines.append("set logscale \(letter)")
      let positive = (ends ?? values).filter { $0 > 0 }
      if let least = positive.min(), let greatest = positive.max() {
        // Eight decades with nine small ticks each are as many as can be told apart.
        lines.append(greatest / least < 1e8 ? "set m\(letter)tics 10" : "unset m\(letter)tics")
        // Of a short axis the decades are too few to read places from; three have room for one more each.
        if greatest / least < 1e3 {
          let decades = Int(log10(least).rounded(.down))...Int(log10(greatest).rounded(.up))
          let digits: [Double] = greatest / least <= 100 ? [2, 5] : [3]
          let between = decades.flatMap { decade in digits.map { $0 * pow(10, Double(decade)) } }
          lines.append(
            "set \(letter)tics add (\(between.map { $0.text(digits: 1) }.joined(separator: ", ")))")
        }
        if least < 1e-4 || greatest > 1e5 { lines.append("set format \(letter) '10^{%T}'") }
      }
    }
    if !axis.tickLabels.isEmpty {
      let labels = axis.tickLabels.enumerated().map { "\(quoted($1)) \($0)" }
      // About as many characters as 640 points hold side by side.
      let isCrowded = axis.tickLabels.map { $0.count + 2 }.reduce(0, +) > 45
      lines.append(
        "set \(letter)tics (\(labels.joined(separator: ", "))) noenhanced"
          + (isCrowded ? " rotate by -30" : ""))
    }
    return lines
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

  /// Marks, and their words beside them on paper of their own.
  private var markLines: [String] {
    guard let placement = MarkPlacement(self) else { return [] }
    return marks.flatMap { mark in
      let place = "at first \(mark.x), first \(mark.y)"
      let offset = placement.offset(of: mark)
      // By the picture: a letter of gnuplot's is not the same in SVG and PNG.
      let (across, up) = (offset.across / 640, offset.up / Double(height))
      return [
        "set label '' \(place) front point pt 6 ps 1.4 lw 2 lc rgb '#333333'",
        "set label \(quoted(mark.label)) \(place) center offset screen \(across), screen \(up) noenhanced "
          + "front boxed textcolor rgb '#333333'",
      ]
    }
  }

  /// A literal of gnuplot in which no character but the quote has a meaning.
  func quoted(_ text: String) -> String {
    "'" + text.folded.replacing("'", with: "''") + "'"
  }
}
