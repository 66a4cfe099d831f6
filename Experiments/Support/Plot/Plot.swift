/// A picture of some numbers: series of points over two axes, and lines to compare them with.
struct Plot: Hashable, Sendable {
  /// Where the list of series stands.
  enum KeyPosition: String, Hashable, Sendable {
    case topLeft = "top left"
    case topRight = "top right"
    case bottomLeft = "bottom left"
    case bottomRight = "bottom right"

    /// Under the horizontal axis, where it hides nothing.
    case below = "below center horizontal"
  }

  /// The name of its files, without `.svg`, `.png` or `.gnuplot`; the data are in
  /// `<name>-data.csv`.
  let name: String
  var title: String

  /// What the numbers are of, in a few words below the title: `5000 pairs of descriptions and names`.
  let subject: String
  var x: Axis
  var y: Axis
  var series: [Series] = []
  var referenceLines: [ReferenceLine] = []
  var shadedRanges: [ShadedRange] = []
  var marks: [Mark] = []

  /// There is no key where it would have one entry: the title and the axes name that one.
  var key: KeyPosition = .below

  /// A plot without series.
  init(
    name: String, title: String, subject: String, x: Axis, y: Axis, key: KeyPosition = .below
  ) {
    (self.name, self.title, self.subject, self.x, self.y) = (name, title, subject, x, y)
    self.key = key
  }
}

extension Plot {
  /// The data file: a column of x for each different list of x, and one of y for each series.
  var data: Table { layout.table }

  /// The columns of the data file, counted from 1, from which each series is drawn.
  var dataColumns: [DataColumns] { layout.columns }

  /// Where a series is in the data file; the ends of its band if it has one.
  struct DataColumns: Hashable, Sendable {
    let x: Int
    let y: Int
    let band: ClosedRange<Int>?
  }

  private var layout: (table: Table, columns: [DataColumns]) {
    var heads: [Column] = []
    var contents: [[Double?]] = []
    var columns: [DataColumns] = []
    var xColumns: [[Double?]: Int] = [:]
    for one in series {
      let x = one.points.map { Double?.some($0.x) }
      if xColumns[x] == nil {
        heads.append(Column(self.x.label))
        contents.append(x)
        xColumns[x] = heads.count
      }
      heads.append(Column(one.title))
      contents.append(one.points.map(\.y))
      let y = heads.count
      if one.hasBand {
        heads += [Column("\(one.title), low"), Column("\(one.title), high")]
        contents += [
          one.points.map { $0.band?.lowerBound }, one.points.map { $0.band?.upperBound },
        ]
      }
      columns.append(
        DataColumns(x: xColumns[x, default: 0], y: y, band: one.hasBand ? y + 1...y + 2 : nil))
    }
    var table = Table("\(name)-data", columns: heads)
    for row in 0..<(contents.map(\.count).max() ?? 0) {
      table.append(row: contents.map { row < $0.count ? $0[row] : nil })
    }
    return (table, columns)
  }
}
