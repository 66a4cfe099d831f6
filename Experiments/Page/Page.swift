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
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta name="generator" content="\(Self.generator)"/>
    <title>\(title)</title>
    <link rel="icon" href="data:,"/>
    <style>
    \(HTML(trusting: Self.style))
    </style>
    </head>
    <body>
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
    </body>
    </html>

    """
  }
}
