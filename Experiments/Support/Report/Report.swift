/// What a command found: everything it prints, writes and draws is made from this one value.
struct Report: Sendable {
  /// One line at the head of the printed report.
  var title: String

  /// What was computed and how to read it, in one paragraph. Wrapped when it is printed.
  var explanation: String

  /// What came out, in one or two sentences with the numbers, or nothing: for pages to begin with.
  var finding = ""

  /// The same, of a command that leads up to it: printed last, and with ``finding`` both first and last.
  var conclusion = ""

  /// What sources say, beside what was measured; printed first.
  var claims: [Claim] = []

  /// Theorems and limits, computed at examples; printed behind the claims.
  var illustrations: [Illustration] = []

  /// The numbers, in the order in which they are printed; each is also a CSV file.
  var tables: [Table] = []

  /// Tables too long for the terminal: CSV files only.
  var attachments: [Table] = []

  /// Remarks printed below the tables, a paragraph each.
  var notes: [String] = []

  /// The pictures made by `--output`.
  var plots: [Plot] = []

  /// Further files of `--output`: each is written by a function to the path it is given.
  var files: [(name: String, write: @Sendable (_ path: String) throws -> Void)] = []

  /// Why it is not the whole of what was asked for, if it was ended by Ctrl-C: the command then ends
  /// with a status of its own.
  var interruption: String?

  /// Whether it was interrupted before there was anything: what an earlier run wrote stays.
  var isEmpty: Bool { interruption != nil && tables.isEmpty && attachments.isEmpty }

  /// How its numbers outgrew the arithmetic, if a training did: the line to end with.
  var divergence: String?

  /// What `--json` prints and `result.json` holds.
  var result: JSONObject = [:]

  /// What `run.json` tells beyond the options, versions and host that every run records.
  var record: JSONObject = [:]

  /// The status to end with although all was reported, or nil for success.
  var status: ExitStatus?
}

extension Report {
  /// The table of a name.
  ///
  /// - Precondition: There is one.
  func table(_ name: String) -> Table {
    guard let table = tables.first(where: { $0.name == name }) else {
      preconditionFailure("there is no table \(name)")
    }
    return table
  }

  /// Says in the result, in the record and in words that it is not the whole, if it is not.
  mutating func markEnd() {
    guard let interruption else { return }
    result.add("interrupted", true)
    record.add("interrupted", interruption)
    notes.insert("Interrupted \(interruption).", at: 0)
  }

  /// The report where lines may have any length.
  var text: String { text(width: nil) }

  /// The report as it appears on the terminal, ending in a newline.
  ///
  /// - Parameter width: How many columns of the terminal a line may take, or nil for any number;
  ///   paragraphs take 80 at the most.
  func text(width: Int?) -> String {
    let measure = min(80, width ?? 80)
    let head = width.map { title.lines(fitting: $0) } ?? [title]
    let rule = String(repeating: "=", count: head.map(\.columnCount).max() ?? 0)
    var blocks = [(head + [rule]).joined(separator: "\n")]
    for text in [finding, explanation] where !text.isEmpty {
      blocks.append(text.wrapped(to: measure))
    }
    blocks += claims.map { $0.text(width: measure) }
    blocks += illustrations.map { $0.text(width: measure) }
    blocks += tables.map { $0.text(width: width) }
    blocks += (notes + [conclusion].filter { !$0.isEmpty }).map { $0.wrapped(to: measure) }
    return blocks.joined(separator: "\n\n") + "\n"
  }
}
