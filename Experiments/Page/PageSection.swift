import Foundation

/// The part of a page that shows one folder of results.
struct PageSection: Sendable {
  private let results: ResultsFolder

  /// The section's own name in the page, of letters, digits and hyphens.
  private let anchor: String

  init(_ results: ResultsFolder, index: Int) {
    self.results = results
    let name = String(results.name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    anchor = "s\(index)-\(name)"
  }

  var name: String { results.name }

  var claims: [Claim] { results.document.claims }

  var illustrations: [Illustration] { results.document.illustrations }

  /// When it was run, if its record tells.
  var date: Date? { results.date }

  /// What came out, in a sentence or two.
  var finding: String { results.document.finding }

  var contentsEntry: HTML { "<li><a href=\"#\(anchor)\">\(results.name)</a></li>" }

  var findingItem: HTML { "<li><a href=\"#\(anchor)\">\(results.name)</a> \(finding)</li>" }

  /// A claim with all that its line has to say, for the head of the page.
  func overviewItem(_ claim: Claim) -> HTML {
    let outcome: HTML? =
      claim.outcome == claim.verdict.kind.rawValue
      ? nil : "<br/><b class=\"verdict \(claim.cssClass)\">\(claim.outcome)</b>"
    return """
      <li><a href="#\(anchor)">\(results.name)</a> <strong>\(claim.statement)</strong> \
      \(claim.paper.title)\(outcome)<br/><span>\(claim.lines.joined(separator: "\n"))</span></li>
      """
  }

  /// An illustration, for the head of the page.
  func overviewItem(_ one: Illustration) -> HTML {
    """
    <li><a href="#\(anchor)">\(results.name)</a> \(one.statement) \(one.source)\
    \(one.faultLine.map { "<br/><b class=\"verdict differs\">fault</b><br/><span>\($0)</span>" as HTML })</li>
    """
  }

  var html: HTML {
    let document = results.document
    return """
      <section id="\(anchor)">
      <p class="name">\(results.name)</p>
      <h2>\(document.title)</h2>
      \(results.invocation.map { "<p class=\"name\">\($0)</p>" as HTML })
      \(finding.isEmpty ? nil : "<p class=\"lead\">\(HTML(sentences: finding))</p>" as HTML)
      <p>\(HTML(sentences: document.explanation))</p>
      \(Self.list("What is claimed", claims.map(Self.html)))
      \(Self.list("Theorems and limits, illustrated", illustrations.map(Self.html)))
      \(figures)
      \(document.tables.map(Self.html))
      \(document.notes.map { "<p class=\"note\">\(HTML(sentences: $0))</p>" as HTML })
      \(recordTable)
      </section>
      """
  }

  // MARK: Parts

  private static func list(_ heading: String, _ items: [HTML]) -> HTML? {
    items.isEmpty ? nil : "<h3>\(heading)</h3>\(items)"
  }

  private static func html(_ claim: Claim) -> HTML {
    article(
      claim.cssClass, claim.statement, "claimed by", claim.paper, claim.place, claim.details,
      verdict: """
        <dt>verdict</dt><dd><strong class="verdict \(claim.cssClass)">\(claim.outcome)</strong>: \
        \(claim.reason)</dd>
        """)
  }

  private static func html(_ one: Illustration) -> HTML {
    article(
      one.isRight ? "illustrated" : "differs", one.statement, "from", one.paper, one.place,
      one.details)
  }

  private static func article(
    _ cssClass: String, _ statement: String, _ sourceName: String, _ paper: Paper?,
    _ place: String, _ details: [(name: String, value: String)], verdict: HTML? = nil
  ) -> HTML {
    let title: HTML? = paper.map { paper in
      paper.address.map { "<a href=\"\($0)\">\(paper.title)</a>, " } ?? "\(paper.title), "
    }
    return """
      <article class="claim \(cssClass)">
      <p class="statement">\(statement)</p>
      <dl>
      <dt>\(sourceName)</dt><dd>\(title)\(place)</dd>
      \(details.map { "<dt>\($0.name)</dt><dd>\($0.value)</dd>" as HTML })
      \(verdict)
      </dl>
      </article>
      """
  }

  private var figures: HTML? {
    let figures = results.document.figures.map(figure)
    return figures.isEmpty ? nil : "<div class=\"figures\">\(figures)</div>"
  }

  private func figure(_ figure: ReportDocument.Figure) -> HTML {
    guard let svg = results.pictures[figure.name],
      let picture = InlinePicture(svg: svg, name: "\(anchor)-\(figure.name)", title: figure.title)
    else {
      return
        "<p class=\"note\">\(figure.title): not drawn. Install gnuplot, and run the command again.</p>"
    }
    return "<figure>\(picture.html)</figure>"
  }

  /// A table; a long one is folded up.
  private static func html(_ table: TableText) -> HTML {
    func row(_ cells: [String], _ element: String) -> HTML {
      let cells = zip(cells, table.isLeft).map { cell, isLeft -> HTML in
        let classAttribute: HTML = isLeft ? " class=\"word\"" : ""
        return "<\(element)\(classAttribute)>\(cell)</\(element)>"
      }
      return "<tr>\(HTML(trusting: cells.map(\.text).joined()))</tr>"
    }
    let title = table.title.isEmpty ? "The numbers" : table.title
    let heads = ([table.headings] + (table.units.isEmpty ? [] : [table.units]))
      .map { row($0, "th") }
    let body: HTML = """
      <div class="scroll" role="region" aria-label="\(title)" tabindex="0"><table>
      <thead>\(heads)</thead>
      <tbody>
      \(table.rows.map { row($0, "td") })
      </tbody>
      </table></div>
      """
    return table.rows.count > 16
      ? "<details><summary>\(title) (\(table.rows.count.words("row")))</summary>\(body)</details>"
      : "<h3>\(title)</h3>\(body)"
  }

  private var recordTable: HTML? {
    guard !results.record.isEmpty else { return nil }
    let rows = results.record.map { "<dt>\($0.name)</dt><dd>\($0.value)</dd>" as HTML }
    return """
      <details class="record"><summary>How this was run</summary>
      <dl>\(rows)</dl></details>
      """
  }
}
