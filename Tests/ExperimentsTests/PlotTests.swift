import Testing

@testable import Experiments

@Suite("Plot")
struct PlotTests {
  private static var plot: Plot {
    var table = Table("sweep", columns: [Column("τ"), Column("loss"), Column("floor")])
    table.append(0.01, 5.0, 1e-9)
    table.append(0.1, 2.0, nil)
    table.append(1.0, 6.5, 4.25)
    var plot = Plot(
      name: "curve", title: "Loss of 'queries'", subject: "3 pairs",
      x: Axis("τ", isLogarithmic: true),
      y: Axis("loss (nats)", range: 0...8))
    plot.series = [
      Series("loss", of: table, x: "τ", y: "loss", style: .linesAndPoints),
      Series("floor", of: table, x: "τ", y: "floor"),
      Series("paper", points: [(x: 0.07, y: 3)], style: .points),
    ]
    return plot
  }

  @Test("has one column of x for all series that share it")
  func data() {
    #expect(
      Self.plot.data.csv == """
        τ,loss,floor,τ,paper
        0.01,5.0,1e-09,0.07,3.0
        0.1,2.0,,,
        1.0,6.5,4.25,,

        """)
    #expect(Self.plot.dataColumns.map(\.x) == [1, 1, 4])
    #expect(Self.plot.dataColumns.map(\.y) == [2, 3, 5])
  }

  @Test("draws each series from its columns of the data file, named relative to the script")
  func script() {
    let script = Self.plot.script
    #expect(
      script.contains(
        """
        plot 'curve-data.csv' skip 1 using 1:2 with linespoints lw 2.5 dt 1 pt 7 ps 0.6 \
        lc rgb '#0072B2' title 'loss', \\
             'curve-data.csv' skip 1 using 1:3 with lines lw 2.5 dt 1 lc rgb '#D55E00' \
        title 'floor', \\
             'curve-data.csv' skip 1 using 4:5 with points pt 7 ps 0.9 lc rgb '#009E73' \
        title 'paper'

        """))
    #expect(script.contains("set label 'Loss of ''queries''' at screen 0.5"))
    #expect(script.contains("set label '3 pairs' at screen 0.5"))
    #expect(script.contains("set logscale x\n"))
    #expect(!script.contains("set logscale y"))
    #expect(script.contains("set yrange [0.0:8.0]\n"))
    #expect(script.contains("set output 'curve.svg'\n"))
    #expect(script.contains("set output 'curve.png'\n"))
  }

  @Test("draws reference lines, the horizontal ones with a name in the key")
  func referenceLines() {
    var plot = Self.plot
    plot.key = .topLeft
    plot.referenceLines = [
      .horizontal(at: 6.93, label: "chance"), .vertical(at: 0.07, label: "MoCo"),
    ]
    let script = plot.script
    #expect(script.contains("6.93 with lines lw 1.5 dt 2 lc rgb '#555555' title 'chance'\n"))
    #expect(script.contains("set arrow from first 0.07, graph 0 to first 0.07, graph 1 nohead"))
    #expect(script.contains("set label 'MoCo' at first 0.07, graph 1 center"))
    #expect(script.contains("set key top left "))
  }

  @Test("shades parts of the horizontal axis, and names them above")
  func shadedRanges() throws {
    var plot = Self.plot
    #expect(!plot.script.contains("set object"))
    plot.shadedRanges = [
      ShadedRange(range: 0.05...0.05), ShadedRange(range: 0.01...10, label: "not told apart"),
    ]
    let script = plot.script
    #expect(script.ranges(of: "set object rectangle from first ").count == 2)
    #expect(script.ranges(of: "set label 'not told apart' at first ").count == 1)
    #expect(try #require(plot.horizontalRange).contains(10))
  }

  @Test("writes powers of ten where a logarithmic axis is long")
  func longAxis() {
    var plot = Self.plot
    #expect(plot.script.contains("set mxtics 10\n") && !plot.script.contains("set format"))
    plot.y.isLogarithmic = true
    #expect(plot.script.contains("set format y '10^{%T}'\n"))
    #expect(plot.script.contains("unset mytics\n"))
  }

  @Test("names the places between the decades of a short logarithmic axis")
  func shortAxis() {
    // From 0.01 to 1.
    #expect(Self.plot.script.contains("set xtics add (0.02, 0.05, 0.2, 0.5, 2, 5)\n"))
    var plot = Self.plot
    plot.x.isLogarithmic = false
    #expect(!plot.script.contains("tics add"))
    // Of a long axis the values may be near each other: its ends decide.
    plot.y.isLogarithmic = true
    plot.series = [Series("near", points: [(x: 1, y: 0.1), (x: 2, y: 0.5)])]
    #expect(plot.script.contains("set ytics add"))
    plot.y.range = 1e-14...1
    #expect(!plot.script.contains("set ytics add"))
  }

  @Test("has a place less between the decades of three")
  func threeDecades() {
    var plot = Self.plot
    plot.series.append(Series("more", points: [(x: 0.002, y: 1)]))
    #expect(plot.script.contains("set xtics add (0.003, 0.03, 0.3, 3)\n"))
  }

  @Test("has a band of errors behind its curve, and error bars on bars")
  func bands() {
    var table = Table("t", columns: [Column("x"), Column("y"), Column("e")])
    table.append(0, 1.0, 0.25)
    table.append(1, 2.0, nil)
    var plot = Plot(name: "p", title: "p", subject: "", x: Axis("x"), y: Axis("y"))
    plot.series = [Series("y", of: table, x: "x", y: "y", error: "e")]
    #expect(plot.data.csv == "x,y,\"y, low\",\"y, high\"\n0.0,1.0,0.75,1.25\n1.0,2.0,,\n")
    #expect(plot.curves.count == 2)
    #expect(plot.curves[0].contains("using 1:3:4 with filledcurves"))
    // A band is no entry of the key.
    #expect(plot.script.contains("unset key\n"))
    plot.series = [Series("y", of: table, x: "x", y: "y", error: "e", style: .bars)]
    #expect(plot.curves[1].contains(":3:(0):($4-$3) with vectors nohead"))
  }

  @Test("is higher where its key takes more lines")
  func height() {
    var plot = Self.plot
    #expect(plot.keyRowCount == 1 && plot.script.contains("size 640,483 fixed"))
    plot.series.append(Series(String(repeating: "long ", count: 10), points: [(x: 1, y: 1)]))
    #expect(plot.keyRowCount == 4 && plot.script.contains("size 640,564 fixed"))
    plot.series = [plot.series[0]]
    #expect(plot.keyRowCount == 0)
  }

  @Test("has no key for one curve")
  func key() {
    var plot = Self.plot
    plot.series = [plot.series[0]]
    #expect(plot.script.contains("unset key\n"))
  }

  @Test("puts bars side by side, with names below them")
  func bars() {
    var plot = Plot(
      name: "bars", title: "Bars", subject: "2 losses",
      x: Axis("loss", tickLabels: ["CLIP", "it's"]), y: Axis("ms"))
    plot.series = [
      Series("ours", points: [(x: 0, y: 1), (x: 1, y: 2)], style: .bars),
      Series("theirs", points: [(x: 0, y: 3), (x: 1, y: nil)], style: .bars),
    ]
    let script = plot.script
    #expect(script.contains("set xtics ('CLIP' 0, 'it''s' 1) noenhanced\n"))
    #expect(script.contains("using ($1+(-0.2)):2:(0.38) with boxes"))
    #expect(script.contains("using ($1+(0.2)):3:(0.38) with boxes"))
    #expect(plot.horizontalRange == -0.6...1.6)
    #expect(script.contains("set yrange [*<0:0<*]\n"))
  }

  @Test("encloses all points and vertical lines, positive ones only on a logarithmic axis")
  func horizontalRange() throws {
    var plot = Self.plot
    plot.series.append(Series("bad", points: [(x: -1, y: 1), (x: .infinity, y: 1)]))
    plot.referenceLines = [.vertical(at: 100, label: "far")]
    let range = try #require(plot.horizontalRange)
    #expect(range.lowerBound < 0.01 && range.lowerBound > 0.005)
    #expect(range.upperBound > 100 && range.upperBound < 200)
    plot.x.range = 0.1...0.2
    #expect(plot.horizontalRange == 0.1...0.2)
    plot.x.range = nil
    plot.series = []
    plot.referenceLines = []
    #expect(plot.horizontalRange == nil)
  }

  @Test("has a lone point in the middle, and room for values that were not measured yet")
  func fewPoints() throws {
    var plot = Self.plot
    plot.series = [Series("y", points: [(x: 0.1, y: 1)])]
    let alone = try #require(plot.horizontalRange)
    #expect(abs(alone.lowerBound * alone.upperBound - 0.01) < 1e-12 && alone.upperBound <= 1)
    plot.x = Axis("τ", isLogarithmic: true, showing: [0.005, 0.1, 1])
    let whole = try #require(plot.horizontalRange)
    #expect(whole.lowerBound < 0.005 && whole.upperBound > 1)
    // Places between the decades of the whole axis, and not of the point alone.
    #expect(plot.script.contains("set xtics add ("))
    plot.x = Axis("x", isLogarithmic: false, showing: [3])
    #expect(plot.horizontalRange == 2.5...3.5)
  }

  @Test("wraps a long title and a long subject, which take their room from no curve")
  func longHead() {
    var plot = Plot(
      name: "p", title: String(repeating: "title ", count: 12),
      subject: String(repeating: "subject ", count: 20), x: Axis("x"), y: Axis("y"))
    plot.series = [Series("y", points: [(0, 0), (1, 1)])]
    let labels = plot.script.matches(of: #/set label '(.*?)' at screen/#).map { String($0.1) }
    #expect(labels.count == 5)
    #expect(labels.filter { $0.hasPrefix("title") }.allSatisfy { $0.count <= 52 })
    #expect(labels.allSatisfy { $0.count <= 64 })
    // Two lines more of the subject and one of the title.
    #expect(plot.script.contains("size 640,532 fixed"))
  }
}
