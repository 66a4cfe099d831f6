import Foundation

/// A picture of gnuplot's, made fit to stand in a page among others.
///
/// gnuplot writes a document of its own, in colours for white paper. In a page the document's head
/// goes, names of parts that all pictures share get the picture's own name before them, and colours
/// become variables of the page's style, so that it has a light and a dark form.
struct InlinePicture {
  /// The `<svg>` element.
  let html: HTML

  /// Takes a picture over.
  ///
  /// - Parameters:
  ///   - svg: What gnuplot wrote.
  ///   - name: A name that no other picture of the page has, of letters, digits and hyphens.
  ///   - title: What the picture shows, for those who do not see it.
  /// - Returns: nil if that is no SVG.
  init?(svg: String, name: String, title: String) {
    guard let start = svg.range(of: "<svg"), let end = svg.range(of: "</svg>", options: .backwards)
    else { return nil }
    var text = String(svg[start.lowerBound..<end.upperBound])
    text.removeElement("title")
    text.removeElement("desc")
    // What gnuplot calls what it draws without a name, as bands.
    text = text.replacing(#/<title>gnuplot_plot_\w*</title>/#) { _ in "" }
    // The page has paper of its own there, with shadows where a picture is cut.
    text = text.replacing(
      #/(<rect x="0" y="0" [^>]*)fill="#[fF]{6}"/>/#, maxReplacements: 1
    ) { "\($0.1)fill=\"none\"/>" }
    text = text.replacing(
      "<svg", with: "<svg role=\"img\" aria-label=\"\(HTML(escaping: title).text)\"",
      maxReplacements: 1)
    text = text.replacing(#/\bid=(['"])/#) { "id=\($0.1)\(name)-" }
      .replacing(#/href='#/#) { _ in "href='#\(name)-" }
      .replacing(#/url\(#/#) { _ in "url(#\(name)-" }
    text = text.replacing(#/rgb\(\s*(\d+),\s*(\d+),\s*(\d+)\)/#) { match in
      Self.variable([match.1, match.2, match.3].compactMap { Int($0) }) ?? String(match.0)
    }
    html = HTML(
      trusting: text.replacing("\"#ffffff\"", with: "\"var(--plot-ffffff)\"")
        .replacing("\"#FFFFFF\"", with: "\"var(--plot-ffffff)\"")
        // The paper of words that have their own.
        .replacing("'#FFFFFF'", with: "'var(--plot-ffffff)'")
        .replacing("\"black\"", with: "\"var(--plot-000000)\""))
  }

  /// The variable of a colour that plots are drawn in.
  private static func variable(_ components: [Int]) -> String? {
    let digits = components.map { String($0 + 256, radix: 16).dropFirst() }.joined()
    return Plot.colors[digits] == nil ? nil : "var(--plot-\(digits))"
  }

  /// The definitions of the variables, for light pages or dark ones.
  static func variables(dark: Bool) -> String {
    Plot.colors.sorted { $0.key < $1.key }
      .map { "--plot-\($0): \(dark ? $1 : "#" + $0);" }.joined(separator: " ")
  }
}

extension String {
  /// Removes the first element of a name.
  fileprivate mutating func removeElement(_ name: String) {
    guard let start = range(of: "<\(name)>"), let end = range(of: "</\(name)>") else { return }
    removeSubrange(start.lowerBound..<end.upperBound)
  }
}
