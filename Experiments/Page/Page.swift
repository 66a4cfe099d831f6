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
    <p class="lead">\(introduction)</p>
    \(overview)
    </header>
    \(sections.map(\.html))
    </main>
    </body>
    </html>

    """
  }

  /// Every section's claims, counted.
  private var overview: HTML? {
    let judged = sections.filter { !$0.claims.isEmpty }
    guard !judged.isEmpty else { return nil }
    let claims = judged.flatMap(\.claims)
    let agreeing = claims.count(where: \.agrees)
    return """
      <p class="score"><strong>\(agreeing)</strong> of \(claims.count) claims agree.</p>
      <div class="scroll"><table class="overview">
      <thead><tr><th class="word">reproduction</th><th class="word">claim</th>\
      <th class="word">verdict</th></tr></thead>
      \(judged.map(\.overviewRows))
      </table></div>
      """
  }
}
