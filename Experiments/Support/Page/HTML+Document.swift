extension HTML {
  /// A document that is complete in itself.
  ///
  /// - Parameters:
  ///   - generator: What it says of its origin.
  ///   - policy: What a browser may load and run, where there is a program.
  static func document(
    title: String, generator: String, policy: String? = nil, style: [HTML], body: HTML
  ) -> HTML {
    let meta = policy.map { policy -> HTML in
      "\n<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\"/>"
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta name="generator" content="\(generator)"/>\(meta)
      <title>\(title)</title>
      <link rel="icon" href="data:,"/>
      <style>
      \(style)
      </style>
      </head>
      <body>
      \(body)
      </body>
      </html>

      """
  }
}
