import Foundation
import Testing

/// Chromium without a window, which opens a page, runs its program, and tells what became of the document.
enum Browser {
  /// What a page came to.
  struct Outcome {
    /// The document at the end.
    let document: String

    /// What a reader sees of it, without the program and its data.
    var body: Substring {
      document[
        ..<(document.range(of: "<script type=\"application/json\"")?.lowerBound ?? document.endIndex)
      ]
    }

    /// What was written to the console: errors, and what the page's policy forbids.
    let console: [Substring]

    /// What a test's own script left, as JSON.
    func readings<Value: Decodable>(as type: Value.Type) throws -> Value {
      let match = try #require(document.firstMatch(of: #/(?s)<pre id="readings">(.*?)</pre>/#))
      let text = match.1.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&amp;", with: "&")
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    }
  }

  static let isInstalled = program != nil

  /// The least width that a window without a screen has.
  private static let leastWidth = 500

  private static let program: URL? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let names = ["chromium", "chromium-browser", "google-chrome"]
    return folders.lazy.flatMap { folder in names.map { "\(folder)/\($0)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }.map { URL(filePath: $0) }
  }()

  /// Opens a page.
  ///
  /// - Parameters:
  ///   - hash: What follows the address.
  ///   - width: Of the window. A window itself is never below 500 pixels: there the page is in a frame of that width.
  ///   - script: Runs when the page is there. It moves controls by `set(id, value)` and `click(id)`, reads numbers by
  ///     `read(id)`, and what it returns are the readings.
  static func open(
    _ html: String, hash: String = "", width: Int = 1024, script: String = "return null;"
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    let test = """
      <script>
      addEventListener("load", async () => {
        // Until what was changed is drawn, also what is drawn a little later.
        const settled = () => new Promise((done) => setTimeout(done, 400));
        const element = (id) => document.getElementById(id);
        const read = (id) => Number(element(id).value);
        const set = (id, value) => {
          element(id).value = String(value);
          element(id).dispatchEvent(new Event("input", { bubbles: true }));
          return settled();
        };
        const click = (id) => { element(id).click(); return settled(); };
        const run = async () => { \(script) };
        await settled();
        const readings = document.createElement("pre");
        readings.id = "readings";
        readings.textContent = JSON.stringify(await run());
        if (parent === window) document.body.append(readings);
        else parent.postMessage(readings.textContent, "*");
      });
      </script>
      </body>
      """
    // A browser that only dumps the document draws no second frame, for which a page would wait.
    let frames = "<script>requestAnimationFrame = (draw) => setTimeout(draw, 16);</script>"
    try folder.write(
      html.replacing("</body>", with: test).replacing("<body>", with: "<body>\(frames)"),
      to: "page.html")
    let isFramed = width < leastWidth
    if isFramed {
      try folder.write(
        """
        <body style="margin: 0"><script>
        addEventListener("message", (event) => {
          const readings = document.createElement("pre");
          readings.id = "readings";
          readings.textContent = event.data;
          document.body.append(readings);
        });
        </script>
        <iframe src="page.html\(hash)" width="\(width)" height="1200" style="border: 0"></iframe>
        </body>
        """, to: "frame.html")
    }
    let address = isFramed ? folder.path("frame.html") : folder.path("page.html") + hash
    // A browser may crash where memory or time is short, which says nothing of the page: it gets three tries. What is
    // wrong with a page is so each time.
    var outcome = try start(address, width: width, folder: folder, attempt: 1)
    for attempt in 2...3
    where outcome.status != 0 || !outcome.output.contains("<pre id=\"readings\">") {
      outcome = try start(address, width: width, folder: folder, attempt: attempt)
    }
    #expect(outcome.status == 0, "\(outcome.errors)")
    return Outcome(
      document: outcome.output,
      console: outcome.errorLines.filter { $0.contains(":CONSOLE") })
  }

  private static func start(
    _ address: String, width: Int, folder: borrowing TemporaryFolder, attempt: Int
  ) throws -> ExperimentsProgram.Outcome {
    try ExperimentsProgram.run(
      #require(program),
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--enable-logging=stderr", "--user-data-dir=\(folder.path("profile-\(attempt)"))",
        "--window-size=\(width),1200", "--virtual-time-budget=60000", "--dump-dom",
        "file://\(address)",
      ])
  }
}
