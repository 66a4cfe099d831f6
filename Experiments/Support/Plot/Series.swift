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

  /// Creates a series from two columns of a table. Rows without an x are left out.
  ///
  /// - Precondition: The table has columns of these names.
  init(_ title: String, of table: Table, x: String, y: String, style: Style = .lines) {
    self.init(
      title,
      points: zip(table.numbers(in: x), table.numbers(in: y)).compactMap { x, y in
        x.map { (x: $0, y: y) }
      },
      style: style)
  }
}
