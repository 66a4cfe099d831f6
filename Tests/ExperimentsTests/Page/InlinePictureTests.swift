import Testing

@testable import Experiments

@Suite("InlinePicture")
struct InlinePictureTests {
  static let svg = """
    <?xml version="1.0" encoding="utf-8"  standalone="no"?>
    <svg
     viewBox="0 0 960 600"
     xmlns="http://www.w3.org/2000/svg"
     xmlns:xlink="http://www.w3.org/1999/xlink"
    >

    <title>Gnuplot</title>
    <desc>Produced by GNUPLOT 5.4 patchlevel 4 </desc>

    <g id="gnuplot_canvas">
    <rect x="0" y="0" width="960" height="600" fill="#ffffff"/>
    <defs><circle id='gpPt5' cx='0' cy='0' r='1'/><use xlink:href='#gpPt5' id='gpPt6'/></defs>
    <filter id='textbox'><feFlood flood-color='#FFFFFF'/></filter>
    <g id="gnuplot_plot_1" ><title>loss</title><path stroke='rgb(  0, 114, 178)'/>
    <path filter='url(#box)' stroke='rgb( 85,  85,  85)'/><path stroke='rgb(1,2,3)' fill="black"/>
    </g><g id="gnuplot_plot_2" ><title>gnuplot_plot_2a</title><rect x="5" y="5" fill="#ffffff"/></g></g>
    </svg>

    """

  @Test("keeps the element alone, with names of its own and a title to read out")
  func names() throws {
    let text = try #require(InlinePicture(svg: Self.svg, name: "s1-loss", title: "L & M")).html.text
    #expect(text.hasPrefix("<svg role=\"img\" aria-label=\"L &amp; M\""))
    #expect(text.hasSuffix("</svg>"))
    #expect(!text.contains("Gnuplot") && !text.contains("GNUPLOT"))
    #expect(text.contains("<title>loss</title>"))
    // What has no name is not called by gnuplot's.
    #expect(!text.contains("<title>gnuplot"))
    #expect(text.contains("id=\"s1-loss-gnuplot_canvas\""))
    #expect(text.contains("<use xlink:href='#s1-loss-gpPt5' id='s1-loss-gpPt6'/>"))
    #expect(text.contains("filter='url(#s1-loss-box)'"))
  }

  @Test("has variables for colours of plots, and leaves others")
  func colors() throws {
    let text = try #require(InlinePicture(svg: Self.svg, name: "p", title: "")).html.text
    #expect(text.contains("stroke='var(--plot-0072b2)'"))
    #expect(text.contains("stroke='var(--plot-555555)'"))
    #expect(text.contains("stroke='rgb(1,2,3)' fill=\"var(--plot-000000)\""))
    #expect(text.contains("<rect x=\"5\" y=\"5\" fill=\"var(--plot-ffffff)\"/>"))
    // The paper below all is the page's.
    #expect(text.contains("width=\"960\" height=\"600\" fill=\"none\"/>"))
    #expect(text.contains("flood-color='var(--plot-ffffff)'"))
  }

  @Test("defines every colour that plots are drawn in, light and dark")
  func variables() {
    for color in Plot.palette + ["#ffffff", "#dddddd", "#555555", "#333333"] {
      let digits = color.dropFirst().lowercased()
      #expect(InlinePicture.variables(dark: false).contains("--plot-\(digits): #\(digits);"))
      #expect(InlinePicture.variables(dark: true).contains("--plot-\(digits): #"))
    }
    // The script has no others.
    let script = Self.plot.script.lowercased()
    for match in script.matches(of: #/'#([0-9a-f]{6})'/#) {
      #expect(Plot.colors[String(match.1)] != nil)
    }
  }

  @Test("is nothing where there is no picture")
  func noPicture() {
    #expect(InlinePicture(svg: "", name: "p", title: "") == nil)
  }
}

extension InlinePictureTests {
  fileprivate static var plot: Plot {
    var plot = Plot(name: "p", title: "p", subject: "s", x: Axis("x"), y: Axis("y"))
    plot.series = (0..<9).map { Series("\($0)", points: [(0, 0), (1, 1)]) }
    plot.referenceLines = [.horizontal(at: 1, label: "h"), .vertical(at: 1, label: "v")]
    return plot
  }
}
