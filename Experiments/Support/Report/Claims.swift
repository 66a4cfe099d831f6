extension Collection<Claim> {
  /// How many have a verdict of a kind.
  func count(_ kind: Verdict.Kind) -> Int { count { $0.verdict.kind == kind } }

  /// Whether something does not agree, for the status to end with. What agrees in part does not count.
  var hasDisagreement: Bool { contains { $0.verdict == .doesNotAgree } }

  /// The three counts in words: `5 agree, 2 agree in part, 1 does not agree`.
  var verdictText: String {
    let (all, part, none) = (count(.agrees), count(.agreesInPart), count(.doesNotAgree))
    return "\(all) agree\(all == 1 ? "s" : ""), \(part) agree\(part == 1 ? "s" : "") in part, "
      + "\(none) do\(none == 1 ? "es" : "") not agree"
  }

  /// The counts of others' claims and of our own results, of which there may be none; nil without either.
  var countText: String? {
    let groups = [(ofSources, "claim", " of papers and articles"), (own, "result", " of our own")]
    let texts = groups.filter { !$0.0.isEmpty }.map { claims, name, source in
      "of \(claims.count) \(name)\(claims.count == 1 ? "" : "s")\(source) \(claims.verdictText)"
    }
    return texts.isEmpty ? nil : texts.joined(separator: "; ").withUppercaseStart
  }

  /// The counts of mathematics and of experiments, which weigh differently; nil without either.
  var kindText: String? {
    let groups = [
      (mathematics, mathematics.count == 1 ? "is mathematics" : "are mathematics"),
      (experiments, "took training"),
    ]
    let texts = groups.filter { !$0.0.isEmpty }.map { claims, kind in
      "\(claims.count) \(kind): \(claims.verdictText)"
    }
    return texts.isEmpty ? nil : texts.joined(separator: "; ")
  }

  /// The three counts.
  var verdictCounts: JSONObject {
    [
      "agrees": count(.agrees), "agreesInPart": count(.agreesInPart),
      "doesNotAgree": count(.doesNotAgree),
    ]
  }

  /// Those of papers and articles.
  var ofSources: [Claim] { filter { !$0.isOwn } }

  /// Those of our own.
  var own: [Claim] { filter(\.isOwn) }

  /// Those that no training decides.
  var mathematics: [Claim] { filter { !$0.evidence.isExperiment } }

  /// Those that training here decided.
  var experiments: [Claim] { filter(\.evidence.isExperiment) }
}

extension Table {
  /// Claims with all their parts, a row each.
  init(_ name: String, claims: [Claim]) {
    self.init(
      name,
      columns: [
        "claim", "paper", "place", "quote", "evidence", "measured", "baseline", "criterion",
        "settled", "verdict", "part",
      ].map { Column($0) })
    for claim in claims {
      append(
        claim.statement, claim.paper?.title, claim.place, claim.quote, claim.evidence.rawValue,
        claim.measured, claim.baseline, claim.criterion, claim.settled.text,
        claim.verdict.kind.rawValue, claim.verdict.part)
    }
  }
}
