import Foundation

extension ChoosePage {
  /// The parts of the page's program: what computes, what draws, and what the reader does.
  private static let programNames = [
    "reading", "query", "sample", "bounds", "batches", "axes", "charts", "evidence",
    "words", "state", "query-panel", "panels", "controls",
  ]

  /// The page's style, and its program: files that come with the executable.
  ///
  /// A command that is going to write the page after a long computation asks for them before it.
  ///
  /// - Throws: `CommandFailure` if they are not where the executable was built.
  static func program() throws(CommandFailure) -> (style: HTML, program: [HTML]) {
    let style = try part("page.css")
    var program: [HTML] = []
    for name in programNames { program.append(try part("\(name).js")) }
    return (style, program)
  }

  private static func part(_ name: String) throws(CommandFailure) -> HTML {
    let file = Bundle.module.bundleURL.appending(path: "Data/choose-page/\(name)")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      throw CommandFailure(
        "\(file.path(percentEncoded: false)): a part of the page is not where the program was built; run it "
          + "from there", status: .missingFile)
    }
    return HTML(trusting: text)
  }
}
