/// Where the words of a plot's marks stand: beside their places, where most room is left to curves, lines
/// and axes.
///
/// In points of the picture, about: what letters take depends on the font that gnuplot finds.
struct MarkPlacement {
  /// From a place to the middle of its words, in points.
  struct Offset: Hashable {
    let across: Double
    let up: Double
  }

  /// What a letter of the words takes, and a line.
  private static let letter = (width: 10.0, height: 19.0)

  /// More room than this reads no better.
  private static let enoughRoom = 6.0

  /// What the axes enclose.
  private static let size = (width: 497.0, height: 281.0)

  private typealias Point = (x: Double, y: Double)

  private let plot: Plot
  private let ranges: (x: ClosedRange<Double>, y: ClosedRange<Double>)

  /// Points of everything that is drawn, near enough to each other that no word fits between.
  private let obstacles: [(x: Double, y: Double)]

  /// Nil where the plot has no marks, or leaves the ends of an axis to gnuplot.
  init?(_ plot: Plot) {
    guard !plot.marks.isEmpty, let x = plot.horizontalRange, let y = plot.verticalRange else {
      return nil
    }
    self.plot = plot
    let ranges = (x: x, y: y)
    self.ranges = ranges
    func place(_ x: Double, _ y: Double) -> Point {
      (
        plot.x.share(of: x, in: ranges.x) * Self.size.width,
        plot.y.share(of: y, in: ranges.y) * Self.size.height
      )
    }
    var obstacles: [Point] = []
    func add(from a: Point, to b: Point) {
      let steps = 120
      for step in 0...steps {
        let share = Double(step) / Double(steps)
        obstacles.append((a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share))
      }
    }
    for one in plot.series {
      let points = one.points.map { point in point.y.map { place(point.x, $0) } }
      obstacles += points.compactMap(\.self)
      let bands = one.points.map { point in
        point.band.map { (place(point.x, $0.lowerBound), place(point.x, $0.upperBound)) }
      }
      for case (let a?, let b?) in zip(bands, bands.dropFirst()) {
        // Lines from end to end, a letter's height apart at the most, leave no room for words in the band.
        let height = max(a.1.y - a.0.y, b.1.y - b.0.y)
        let count = max(1, Int((height / Self.letter.height).rounded(.up)))
        for line in 0...count {
          let share = Double(line) / Double(count)
          func point(_ ends: (Point, Point)) -> Point {
            (ends.0.x, ends.0.y + (ends.1.y - ends.0.y) * share)
          }
          add(from: point(a), to: point(b))
        }
      }
      guard one.style == .lines || one.style == .linesAndPoints else { continue }
      for case (let a?, let b?) in zip(points, points.dropFirst()) { add(from: a, to: b) }
    }
    for line in plot.referenceLines {
      switch line {
      case .horizontal(let height, _):
        let y = place(ranges.x.lowerBound, height).y
        add(from: (0, y), to: (Self.size.width, y))
      case .vertical(let value, _):
        let x = place(value, ranges.y.lowerBound).x
        add(from: (x, 0), to: (x, Self.size.height))
      }
    }
    add(from: (0, 0), to: (Self.size.width, 0))
    add(from: (0, 0), to: (0, Self.size.height))
    self.obstacles = obstacles
  }

  /// The way to the words of a mark with the most room; of several, the first that a reader would look at.
  func offset(of mark: Mark) -> Offset {
    let width = Double(mark.label.columnCount) * Self.letter.width
    let offsets = Self.offsets(isLow: mark.isLow, width: width)
    let rooms = offsets.map { room(for: mark, width: width, at: $0) }
    let most = rooms.max() ?? 0
    return zip(offsets, rooms).first { $1 >= most }?.0 ?? offsets[0]
  }

  /// The near ones first, above a maximum and below a minimum.
  private static func offsets(isLow: Bool, width: Double) -> [Offset] {
    var offsets: [Offset] = []
    for distance in [21.0, 38, 55, 80, 110, 140] {
      for up in isLow ? [-distance, distance] : [distance, -distance] {
        offsets += [0, 0.25, -0.25, 0.55, -0.55].map { Offset(across: $0 * width, up: up) }
      }
      offsets += [1, -1].map { Offset(across: $0 * (width / 2 + distance), up: 0) }
    }
    return offsets
  }

  /// How far the words are from what is drawn, up to `enoughRoom`; below 0 where they leave the picture.
  private func room(for mark: Mark, width: Double, at offset: Offset) -> Double {
    let x = plot.x.share(of: mark.x, in: ranges.x) * Self.size.width + offset.across
    let y = plot.y.share(of: mark.y, in: ranges.y) * Self.size.height + offset.up
    let (left, right) = (x - width / 2, x + width / 2)
    let (bottom, top) = (y - Self.letter.height / 2, y + Self.letter.height / 2)
    let outside = max(-left, right - Self.size.width, -bottom, top - Self.size.height)
    if outside > 0 { return -outside }
    return obstacles.reduce(Self.enoughRoom) { room, point in
      let across = max(left - point.x, 0, point.x - right)
      let up = max(bottom - point.y, 0, point.y - top)
      return min(room, (across * across + up * up).squareRoot())
    }
  }
}
