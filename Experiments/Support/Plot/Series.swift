/// The points of a plot that belong together.
struct Series: Hashable, Sendable {
  enum Style: Hashable, Sendable {
    case lines
    case points
    case linesAndPoints

    /// Bars from 0, side by side where several series have them. The horizontal axis must be
    /// linear.
    case bars
  }

  struct Point: Hashable, Sendable {
    let x: Double

    /// The height, or nil where there is none: a gap.
    let y: Double?

    /// Where it could be as well, by what its series says of errors.
    var band: ClosedRange<Double>? = nil
  }

  let title: String
  let style: Style
  let points: [Point]

  /// Creates a series from points.
  init(_ title: String, points: [(x: Double, y: Double?)], style: Style = .lines) {
    self.title = title
    self.style = style
    self.points = points.map { Point(x: $0.x, y: $0.y) }
  }

  /// Creates the mean course of repetitions by epoch, from 1 on, with 95 % over them; the course itself of one.
  ///
  /// - Parameter courses: As many numbers of each.
  init(_ title: String, courses: [[Double]]) {
    self.title = title
    style = .lines
    points = (courses.first ?? []).indices.map { epoch in
      let mean = Estimate(meanOf: courses.map { $0[epoch] })
      return Point(
        x: Double(epoch + 1), y: mean.value,
        band: mean.knownHalfWidth.map { mean.value - $0...mean.value + $0 })
    }
  }

  /// Creates a series from columns of a table. Rows without an x are left out.
  ///
  /// - Parameter error: A column of what the heights may be off by, either way: the band around them.
  /// - Precondition: The table has columns of these names.
  init(
    _ title: String, of table: Table, x: String, y: String, error: String? = nil,
    style: Style = .lines
  ) {
    self.title = title
    self.style = style
    let errors = error.map(table.numbers) ?? table.rows.map { _ in nil }
    points = zip(zip(table.numbers(in: x), table.numbers(in: y)), errors).compactMap {
      guard let x = $0.0 else { return nil }
      let (y, error) = ($0.1, $1)
      return Point(x: x, y: y, band: y.flatMap { y in error.map { y - $0...y + $0 } })
    }
  }

  /// Creates a series from columns of a table, with the band between two others. Rows without an x are left out.
  ///
  /// - Precondition: The table has columns of these names.
  init(
    _ title: String, of table: Table, x: String, y: String, low: String, high: String,
    style: Style = .linesAndPoints
  ) {
    self.title = title
    self.style = style
    let bands = zip(table.numbers(in: low), table.numbers(in: high)).map {
      low, high -> ClosedRange<Double>? in
      guard let low, let high, low <= high else { return nil }
      return low...high
    }
    points = zip(zip(table.numbers(in: x), table.numbers(in: y)), bands).compactMap {
      values, band in values.0.map { Point(x: $0, y: values.1, band: band) }
    }
  }

  /// Whether there is anything to draw of it.
  var hasHeights: Bool { points.contains { $0.y?.isFinite == true } }

  /// Whether its points have bands.
  var hasBand: Bool { points.contains { $0.band != nil } }
}
