/// The head of a page: what was found, before how.
struct PageOverview: Sendable {
  private let sections: [PageSection]
  private let claims: [Claim]

  /// Takes the sections that hold claims; nil if none does.
  init?(sections: [PageSection]) {
    self.sections = sections.filter { !$0.claims.isEmpty }
    claims = sections.flatMap(\.claims)
    if claims.isEmpty { return nil }
  }

  /// What was found, then the counts, then what does not agree, then the rest.
  var html: HTML {
    """
    \(findings)
    <p>\(lead)</p>
    \(rule)
    \(list("What does not agree", of: .doesNotAgree))
    \(list("What agrees in part", of: .agreesInPart))
    \(list("What errors do not tell", of: .undecided))
    \(list("What was not tested", of: .notTested))
    \(list("What agrees, by experiment", of: .agrees) { $0.evidence.kind == .experiment })
    \(list("Printed numbers that are right", of: .agrees) { $0.evidence.kind != .experiment })
    \(list("Theorems and limits, illustrated", of: .illustrated))
    \(ownList)
    """
  }

  /// The counts of claims of others, by kind of evidence.
  private var lead: String {
    claims.ofSources.countText.map { text in
      [text, claims.ofSources.settlementText].compactMap(\.self).map { "\($0)." }
        .joined(separator: " ")
    } ?? "\(claims.count) result\(claims.count == 1 ? "" : "s") of our own, and no paper's claim."
  }

  /// How claims are judged, if some are another's.
  private var rule: HTML? {
    claims.ofSources.isEmpty ? nil : "<p class=\"note\">\(Verdict.rule)</p>"
  }

  /// What every section found, in its own words.
  private var findings: HTML? {
    let found = sections.filter { !$0.finding.isEmpty }
    guard !found.isEmpty else { return nil }
    return "<ul class=\"found\">\(found.map { $0.findingItem })</ul>"
  }

  /// The claims of others that have a verdict; those that agree or are illustrated are folded up.
  private func list(
    _ heading: String, of kind: Verdict.Kind, where isListed: (Claim) -> Bool = { _ in true }
  ) -> HTML? {
    let items = sections.flatMap { section in
      section.claims.ofSources.filter { $0.verdict.kind == kind && isListed($0) }
        .map(section.overviewItem)
    }
    guard !items.isEmpty else { return nil }
    let body: HTML = "<ul class=\"overview\">\(items)</ul>"
    return kind == .agrees || kind == .illustrated
      ? "<details class=\"overview-\(kind.cssClass)\"><summary>\(heading) (\(items.count))</summary>\(body)</details>"
      : "<h2 class=\"overview-\(kind.cssClass)\">\(heading) (\(items.count))</h2>\(body)"
  }

  private var ownList: HTML? {
    let items = sections.flatMap { section in
      section.claims.own.map(section.overviewItem)
    }
    guard !items.isEmpty else { return nil }
    return """
      <details><summary>Results of our own (\(items.count)): \(claims.own.verdictText)</summary>\
      <ul class="overview">\(items)</ul></details>
      """
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
    case .illustrated: "illustrated"
    }
  }
}
