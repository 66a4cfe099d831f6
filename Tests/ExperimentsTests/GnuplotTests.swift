import Foundation
import Testing

@testable import Experiments

@Suite("gnuplot")
struct GnuplotTests {
  static var isInstalled: Bool { Gnuplot() != nil }

  private static var plot: Plot {
    var plot = Plot(
      name: "line", title: "A_line's {title}", subject: "s", x: Axis("x"), y: Axis("y"))
    plot.series = [
      Series("one", points: [(x: 1, y: 2), (x: 2, y: 3), (x: 4, y: nil), (x: 5, y: 1)]),
      Series("two", points: [(x: 1, y: 1), (x: 3, y: 2)], style: .bars),
    ]
    plot.referenceLines = [.horizontal(at: 2.5, label: "h"), .vertical(at: 6, label: "v")]
    return plot
  }

  @Test("is not found where it is not")
  func missing() throws {
    let folder = try TemporaryFolder()
    #expect(Gnuplot(searchPath: folder.path("")) == nil)
    #expect(Gnuplot(searchPath: "") == nil)
  }

  @Test("draws an SVG and a PNG", .enabled(if: isInstalled))
  func draws() throws {
    let gnuplot = try #require(Gnuplot())
    let folder = try TemporaryFolder()
    try folder.write(Self.plot.script, to: "line.gnuplot")
    try folder.write(Self.plot.data.csv, to: "line-data.csv")
    try gnuplot.draw(Self.plot, in: folder.url)
    #expect(try folder.text(of: "line.svg").hasSuffix("</svg>\n\n"))
    #expect(try folder.text(of: "line.svg").contains("s {title}<"))
    let png = try Data(contentsOf: folder.url.appending(path: "line.png"))
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try #require(gnuplot.version).first?.isNumber == true)
  }

  @Test("leaves no half of a picture when it fails, and says why", .enabled(if: isInstalled))
  func fails() throws {
    let gnuplot = try #require(Gnuplot())
    let folder = try TemporaryFolder()
    let script = "set terminal svg\nset output 'line.svg'\nplot 1\nplot nothing\n"
    try folder.write(script, to: "line.gnuplot")
    let failure = #expect(throws: Gnuplot.Failure.self) {
      try gnuplot.draw(Self.plot, in: folder.url)
    }
    let message = try #require(failure).description
    #expect(message.contains("nothing") && !message.contains("\n"))
    #expect(try folder.names() == ["line.gnuplot"])
  }
}
