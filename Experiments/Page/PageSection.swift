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

  var contentsEntry: HTML {
    let mark: HTML =
      claims.isEmpty ? "" : claims.allSatisfy(\.agrees) ? Self.mark(true) : Self.mark(false)
    return "<li><a href=\"#\(anchor)\">\(mark)\(results.name)</a></li>"
  }

  /// A row for each claim, the first with the section's name.
  var overviewRows: HTML {
    let rows = claims.enumerated().map { index, claim -> HTML in
      let head: HTML? =
        index == 0
        ? "<th class=\"word\" rowspan=\"\(claims.count)\"><a href=\"#\(anchor)\">\(results.name)</a></th>"
        : nil
      return """
        <tr>\(head)<td class="word">\(claim.statement)</td>\
        <td class="word verdict">\(Self.verdict(claim.agrees))</td></tr>
        """
    }
    return "<tbody>\(rows)</tbody>"
  }

  var html: HTML {
    let document = results.document
    return """
      <section id="\(anchor)">
      <p class="name">\(results.name)</p>
      <h2>\(document.title)</h2>
      <p>\(document.explanation)</p>
      \(claims.map(Self.html))
      \(document.figures.compactMap(figure))
      \(document.tables.map(Self.html))
      \(document.notes.map { "<p class=\"note\">\($0)</p>" as HTML })
      \(recordTable)
      </section>
      """
  }

  // MARK: Parts

  private static func mark(_ agrees: Bool) -> HTML {
    agrees
      ? "<span class=\"mark agrees\" aria-hidden=\"true\">✓</span>"
      : "<span class=\"mark differs\" aria-hidden=\"true\">✗</span>"
  }

  private static func verdict(_ agrees: Bool) -> HTML {
    "\(mark(agrees))\(agrees ? "agrees" : "differs")"
  }

  private static func html(_ claim: Claim) -> HTML {
    let source: HTML =
      if let paper = claim.paper {
        "<a href=\"\(paper.address)\">\(paper.title)</a>, \(claim.place)"
      } else {
        "\(claim.place)"
      }
    return """
      <article class="claim \(claim.agrees ? "agrees" : "differs")">
      <p class="statement">\(claim.statement)</p>
      <dl>
      <dt>claimed by</dt><dd>\(source)</dd>
      <dt>measured</dt><dd>\(claim.measured)</dd>
      <dt>verdict</dt><dd>\(verdict(claim.agrees))</dd>
      </dl>
      </article>
      """
  }

  private func figure(_ figure: ReportDocument.Figure) -> HTML? {
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
    let heads = ([table.headings] + (table.units.isEmpty ? [] : [table.units]))
      .map { row($0, "th") }
    let body: HTML = """
      <div class="scroll"><table>
      <thead>\(heads)</thead>
      <tbody>
      \(table.rows.map { row($0, "td") })
      </tbody>
      </table></div>
      """
    let title = table.title.isEmpty ? "The numbers" : table.title
    return table.rows.count > 16
      ? "<details><summary>\(title) (\(table.rows.count) rows)</summary>\(body)</details>"
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
