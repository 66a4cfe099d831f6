import Foundation

/// One HTML file that shows the results of commands, complete in itself: pictures and style are in it,
/// and nothing is loaded from anywhere.
struct Page: Sendable {
  let title: String
  let introduction: String
  let sections: [PageSection]

  /// What the document says of its origin.
  private static let generator = "Experiments report"

  /// Whether a file is such a document.
  static func isFile(at place: URL) -> Bool {
    guard let text = try? String(contentsOf: place, encoding: .utf8) else { return false }
    return text.contains(#"<meta name="generator" content="\#(generator)"/>"#)
  }

  /// The document.
  var html: HTML {
    .document(
      title: title, generator: Self.generator, style: [HTML(trusting: Self.style)],
      body: """
        <nav aria-label="Contents">
        <ol>
        \(sections.map(\.contentsEntry))
        </ol>
        </nav>
        <main>
        <header>
        <h1>\(title)</h1>
        \(PageOverview(sections: sections)?.html)
        <p class="note">\(introduction)</p>
        </header>
        \(sections.map(\.html))
        </main>
        """)
  }
}
