import Testing

@testable import Experiments

@Suite("The words of a mark")
struct MarkPlacementTests {
  private static func plot(_ points: [(x: Double, y: Double?)], mark: Mark) -> Plot {
    var plot = Plot(
      name: "p", title: "p", subject: "s", x: Axis("x", range: 0...10),
      y: Axis("y", range: 0...10))
    plot.series = [Series("y", points: points)]
    plot.marks = [mark]
    return plot
  }

  private static func offset(_ plot: Plot) throws -> MarkPlacement.Offset {
    try #require(MarkPlacement(plot)).offset(of: plot.marks[0])
  }

  @Test("stand below a minimum and above a maximum where nothing is")
  func free() throws {
    let low = Self.plot(
      [(0, 9), (5, 5), (10, 9)], mark: Mark(x: 5, y: 5, label: "least", isLow: true))
    #expect(try Self.offset(low) == .init(across: 0, up: -21))
    let high = Self.plot([(0, 1), (5, 5), (10, 1)], mark: Mark(x: 5, y: 5, label: "most"))
    #expect(try Self.offset(high) == .init(across: 0, up: 21))
  }

  @Test("leave the axis below a minimum")
  func axis() throws {
    let plot = Self.plot(
      [(0, 9), (5, 0.1), (10, 9)], mark: Mark(x: 5, y: 0.1, label: "least", isLow: true))
    #expect(try Self.offset(plot).up > 0)
  }

  @Test("leave a line above a maximum")
  func line() throws {
    var plot = Self.plot([(0, 4), (5, 5), (10, 4)], mark: Mark(x: 5, y: 5, label: "best"))
    plot.referenceLines = [.horizontal(at: 5.7, label: "untrained")]
    #expect(try Self.offset(plot).up < 0)
  }

  @Test("leave the band of what a line may be")
  func band() throws {
    var table = Table("t", columns: [Column("x"), Column("y"), Column("low"), Column("high")])
    for x in [0.0, 5, 10] { table.append(x, x == 5 ? 5.2 : 5.0, 3.0, 7.0) }
    var plot = Self.plot([], mark: Mark(x: 5, y: 5.2, label: "best"))
    plot.series = [Series("y", of: table, x: "x", y: "y", low: "low", high: "high")]
    // The band ends 1.8 above the mark: of 281 points for 10.
    #expect(try Self.offset(plot).up > 1.8 * 28.1)
  }

  @Test("stay in the picture at its sides")
  func sides() throws {
    let left = Self.plot([(0.1, 5), (10, 5)], mark: Mark(x: 0.1, y: 5, label: "a long label"))
    #expect(try Self.offset(left).across > 60)
    let right = Self.plot([(0.1, 5), (9.9, 5)], mark: Mark(x: 9.9, y: 5, label: "a long label"))
    #expect(try Self.offset(right).across < -60)
  }

  @Test("are written beside their place, on paper of their own")
  func script() {
    var plot = Self.plot([(0, 1), (5, 5), (10, 1)], mark: Mark(x: 5, y: 5, label: "it's most"))
    #expect(plot.script.contains("set label '' at first 5.0, first 5.0 front point pt 6"))
    #expect(
      plot.script.contains(
        "set label 'it''s most' at first 5.0, first 5.0 center offset screen 0.0, screen 0.0460"))
    // Of an axis without ends of its own there is room for the words.
    plot.y = Axis("y")
    #expect(plot.script.contains("set yrange [0.19") && plot.script.contains(":5.8"))
    plot.marks = [Mark(x: 5, y: 8, label: "far")]
    #expect((plot.verticalRange?.upperBound ?? 0) > 8)
  }
}
