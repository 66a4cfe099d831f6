/// The head of a page: what was found, before how.
struct PageOverview: Sendable {
  private let sections: [PageSection]
  private let claims: [Claim]

  /// Takes the sections that hold claims or illustrations; nil if none does.
  init?(sections: [PageSection]) {
    self.sections = sections.filter { !$0.claims.isEmpty || !$0.illustrations.isEmpty }
    claims = sections.flatMap(\.claims)
    if self.sections.isEmpty { return nil }
  }

  /// What was found, then the counts, then what is at fault or does not agree, then the rest.
  var html: HTML {
    """
    \(findings)
    <p>\(lead)</p>
    \(claims.isEmpty ? nil : "<p class=\"note\">\(Verdict.rule)</p>" as HTML)
    \(faultList)
    \(list("What does not agree", .doesNotAgree))
    \(list("What agrees in part", .agreesInPart))
    \(list("What errors do not tell", .undecided))
    \(list("What was not tested", .notTested))
    \(list("What agrees, by training", .agrees) { $0.evidence.kind != .printed })
    \(list("Printed numbers that are right", .agrees) { $0.evidence.kind == .printed })
    \(illustrationList)
    """
  }

  private var illustrations: [Illustration] { sections.flatMap(\.illustrations) }

  /// The counts.
  private var lead: String {
    [claims.countText, illustrations.countText].compactMap(\.self).joined(separator: " ")
  }

  /// What every section found, in its own words.
  private var findings: HTML? {
    let found = sections.filter { !$0.finding.isEmpty }
    guard !found.isEmpty else { return nil }
    return "<ul class=\"found\">\(found.map { $0.findingItem })</ul>"
  }

  /// The claims that have a verdict; printed numbers that are right are folded up.
  private func list(
    _ heading: String, _ kind: Verdict.Kind, where isListed: (Claim) -> Bool = { _ in true }
  ) -> HTML? {
    let listed = sections.flatMap { section in
      section.claims.filter { $0.verdict.kind == kind && isListed($0) }
        .map { (claim: $0, item: section.overviewItem($0)) }
    }
    guard !listed.isEmpty else { return nil }
    let body: HTML = "<ul class=\"overview\">\(listed.map(\.item))</ul>"
    return listed.allSatisfy { $0.claim.evidence.kind == .printed && kind == .agrees }
      ? Self.folded("\(heading) (\(listed.count))", body)
      : "<h2 class=\"overview-\(kind.cssClass)\">\(heading) (\(listed.count))</h2>\(body)"
  }

  private var faultList: HTML? {
    let items = illustrationItems { !$0.isRight }
    return items.isEmpty
      ? nil
      : "<h2 class=\"overview-differs\">What is at fault (\(items.count))</h2><ul class=\"overview\">\(items)</ul>"
  }

  private var illustrationList: HTML? {
    let items = illustrationItems(where: \.isRight)
    guard !items.isEmpty else { return nil }
    return Self.folded(
      "Theorems and limits, illustrated (\(items.count))", "<ul class=\"overview\">\(items)</ul>")
  }

  private func illustrationItems(where isListed: (Illustration) -> Bool) -> [HTML] {
    sections.flatMap { section in
      section.illustrations.filter(isListed).map(section.overviewItem)
    }
  }

  private static func folded(_ heading: String, _ body: HTML) -> HTML {
    "<details><summary>\(heading)</summary>\(body)</details>"
  }
}

extension Verdict.Kind {
  /// Its class in the page's style.
  var cssClass: String {
    switch self {
    case .agrees: "agrees"
    case .agreesInPart: "in-part"
    case .doesNotAgree: "differs"
    case .undecided: "undecided"
    case .notTested: "not-tested"
    }
  }
}

extension Claim {
  /// Its class in the page's style: what agrees has the colour of that only where nothing is otherwise at settings
  /// outside the source's table, and where training is worth something.
  var cssClass: String {
    let isPlain = !verdict.isOtherwise && (standing.map { $0 == .better } ?? true)
    return (isPlain || verdict.kind != .agrees ? verdict.kind : .agreesInPart).cssClass
  }
}
