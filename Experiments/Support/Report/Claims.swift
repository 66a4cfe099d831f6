extension Collection<Claim> {
  /// How many have a verdict of a kind.
  func count(_ kind: Verdict.Kind) -> Int { count { $0.verdict.kind == kind } }

  /// Whether something does not agree, for the status to end with. What agrees in part does not count.
  var hasDisagreement: Bool { count(.doesNotAgree) > 0 }

  /// The counts in words: `5 agree, 2 agree in part, 1 does not agree`, and what else there is.
  var verdictText: String {
    func text(_ kind: Verdict.Kind, _ one: String, _ several: String) -> String {
      let count = count(kind)
      return "\(count) \(count == 1 ? one : several)"
    }
    return
      ([
        text(.agrees, "agrees", "agree"), text(.agreesInPart, "agrees in part", "agree in part"),
        text(.doesNotAgree, "does not agree", "do not agree"),
      ]
      + (count(.undecided) > 0
        ? [text(.undecided, "is not told by errors", "are not told by errors")] : [])
      + (count(.notTested) > 0 ? [text(.notTested, "was not tested", "were not tested")] : [])
      + (count(.illustrated) > 0 ? [text(.illustrated, "is illustrated", "are illustrated")] : []))
      .joined(separator: ", ")
  }

  /// How many there are of others' claims and of our own results, of which there may be none; nil without
  /// either.
  var countText: String? {
    let groups = [(ofSources, "claim", " of papers and articles"), (own, "result", " of our own")]
    let texts = groups.filter { !$0.0.isEmpty }.map { claims, name, source in
      "Of \(claims.count) \(name)\(claims.count == 1 ? "" : "s")\(source) \(claims.kindText)"
    }
    return texts.isEmpty ? nil : texts.joined(separator: ". ")
  }

  /// The verdicts by kind of evidence, which weigh differently, in words.
  private var kindText: String {
    let texts = Evidence.Kind.allCases.compactMap { kind -> String? in
      let own = of(kind)
      guard !own.isEmpty else { return nil }
      let isOne = own.count == 1
      return switch kind {
      case .experiment: "\(own.count) took training: \(own.verdictText)"
      case .recomputation:
        "\(own.count) \(isOne ? "is of" : "are of") printed numbers, computed again: \(own.verdictText)"
      case .analogy:
        "\(own.count) \(isOne ? "has" : "have") no more than an analogy here: \(own.verdictText)"
      case .nothing: "of \(own.count) nothing was measured"
      case .illustration:
        "\(own.count) \(isOne ? "is a theorem or limit, or holds" : "are theorems or limits, or hold") without training "
          + "as well, and \(isOne ? "counts" : "count") as no agreement: \(own.illustrationText)"
      }
    }
    return texts.joined(separator: "; ")
  }

  /// How many of those that took training are judged by what was settled after results were seen, and how many had
  /// other verdicts before; nil if none is.
  var settlementText: String? {
    let trained = filter { [.experiment, .analogy].contains($0.evidence.kind) }
    let late = trained.filter { !$0.settled.isBefore }
    let rejudged = filter { $0.settled.earlier != nil }.count
    var texts: [String] = []
    if !late.isEmpty {
      let count = late.count == trained.count ? "all" : "\(late.count)"
      texts.append(
        "Of the \(trained.count) that were trained for, \(count) are judged by what was settled or changed after first "
          + "results were seen")
    }
    if rejudged > 0 {
      texts.append(
        rejudged == 1
          ? "1 claim had another verdict before, which its line names"
          : "\(rejudged) claims had another verdict before, which their lines name")
    }
    return texts.isEmpty ? nil : texts.joined(separator: "; ")
  }

  /// What became of illustrations; another verdict than that would be a fault.
  private var illustrationText: String {
    count(.illustrated) == count
      ? "\(count == 1 ? "it is" : "they are") illustrated" : verdictText
  }

  /// The counts of each verdict.
  var verdictCounts: JSONObject {
    [
      "agrees": count(.agrees), "agreesInPart": count(.agreesInPart),
      "doesNotAgree": count(.doesNotAgree), "undecided": count(.undecided),
      "notTested": count(.notTested), "illustrated": count(.illustrated),
    ]
  }

  /// Those of papers and articles.
  var ofSources: [Claim] { filter { !$0.isOwn } }

  /// Those of our own.
  var own: [Claim] { filter(\.isOwn) }

  /// Those whose evidence is of a kind.
  func of(_ kind: Evidence.Kind) -> [Claim] { filter { $0.evidence.kind == kind } }
}

extension Table {
  /// Claims with all their parts, a row each.
  init(_ name: String, claims: [Claim]) {
    self.init(
      name,
      columns: [
        "claim", "paper", "place", "quote", "evidence", "measured", "baseline", "criterion",
        "settled", "verdict", "reason",
      ].map { Column($0) })
    for claim in claims {
      append(
        claim.statement, claim.paper?.title, claim.place, claim.quote, claim.evidence.rawValue,
        claim.measured, claim.baseline, claim.criterion, claim.settled.text,
        claim.verdict.kind.rawValue, claim.verdict.reason)
    }
  }
}
