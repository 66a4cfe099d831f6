extension Collection<Claim> {
  /// How many have a verdict of a kind.
  func count(_ kind: Verdict.Kind) -> Int { count { $0.verdict.kind == kind } }

  /// How many stand somehow to the best baseline.
  func count(_ standing: Baseline.Standing) -> Int { count { $0.standing == standing } }

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
      + (count(.notTested) > 0 ? [text(.notTested, "was not tested", "were not tested")] : []))
      .joined(separator: ", ")
  }

  /// How many there are, by kind of evidence and verdict, how training stands to the best baseline, and how many are
  /// judged by what was settled late, in sentences; nil of none.
  var countText: String? {
    isEmpty
      ? nil
      : (kindTexts + [standingText, otherwiseText, settlementText].compactMap(\.self))
        .joined(separator: " ")
  }

  private var kindTexts: [String] {
    Evidence.Kind.allCases.compactMap { kind in
      let own = of(kind)
      guard !own.isEmpty else { return nil }
      let noun = "\(own.count.words("claim"))"
      let head =
        switch kind {
        case .trained: "\(noun) of papers took training"
        case .analogy: "\(noun) of a paper \(own.count == 1 ? "has" : "have") but an analogy here"
        case .printed:
          "\(noun) \(own.count == 1 ? "is" : "are") of printed numbers, computed again"
        }
      let comparisons = own.flatMap(\.verdict.comparisons)
      let counts =
        kind == .printed
        ? ""
        : " Of \(own.count == 1 ? "its" : "their") comparisons \(comparisons.countsByDifferences)."
      return "\(head): \(own.verdictText).\(counts)"
    }
  }

  /// How training stands to the best baseline, of the claims that compare accuracies; nil if none does.
  private var standingText: String? {
    let own = filter { $0.standing != nil }
    guard !own.isEmpty else { return nil }
    let counts = Baseline.Standing.allCases.filter { own.count($0) > 0 }.map {
      "in \(own.count($0)) it is \($0.rawValue)"
    }
    return
      "\(own.count) \(own.count == 1 ? "compares" : "compare") accuracies; of the best that was trained, at the task where "
      + "it stands worst: \(counts.joined(separator: ", "))."
  }

  /// How many are otherwise at settings outside their source's table; nil if none is.
  private var otherwiseText: String? {
    let count = count { $0.verdict.isOtherwise }
    return count == 0
      ? nil
      : "In \(count), some comparison at settings outside the source's table, which decide nothing, is the opposite."
  }

  /// How many are judged by what was settled after results were seen, and how many had other verdicts before; nil if
  /// none is.
  private var settlementText: String? {
    let (late, rejudged) = (count { !$0.settled.isBefore }, count(where: \.isRejudged))
    guard late > 0 else { return nil }
    return
      "Of all \(count), \(late) \(late == 1 ? "is" : "are") judged by what was settled or changed after first results were seen"
      + (rejudged == 0
        ? "."
        : ", \(rejudged) of which had another verdict before, which \(rejudged == 1 ? "its line names" : "their lines name").")
  }

  /// The counts of each verdict.
  var verdictCounts: JSONObject {
    [
      "agrees": count(.agrees), "agreesInPart": count(.agreesInPart),
      "doesNotAgree": count(.doesNotAgree), "undecided": count(.undecided),
      "notTested": count(.notTested),
    ]
  }

  /// Those whose evidence is of a kind.
  func of(_ kind: Evidence.Kind) -> [Claim] { filter { $0.evidence.kind == kind } }
}

extension Collection<Illustration> {
  /// How many there are, and how many computations are at fault, in sentences; nil of none.
  var countText: String? {
    let faults = count { !$0.isRight }
    return isEmpty
      ? nil
      : "\(count) theorem\(count == 1 ? " or limit is" : "s and limits are") illustrated, without a verdict."
        + (faults == 0
          ? "" : " \(faults) computation\(faults == 1 ? " of them is" : "s of them are") at fault.")
  }

  /// Whether a computation is at fault.
  var hasFault: Bool { contains { !$0.isRight } }
}

extension Table {
  /// Claims with all their parts, a row each.
  init(_ name: String, claims: [Claim]) {
    self.init(
      name,
      columns: [
        "claim", "paper", "place", "quote", "evidence", "measured", "baseline", "standing",
        "criterion", "settled", "verdict", "reason",
      ].map { Column($0) })
    for claim in claims {
      append(
        claim.statement, claim.paper.title, claim.place, claim.quote, claim.evidence.text,
        claim.measured, claim.evidence.baseline?.fullText,
        claim.standing?.rawValue, claim.criterion, claim.settled.text, claim.verdict.kind.rawValue,
        claim.reason)
    }
  }

  /// The comparisons of claims, a row each.
  init(_ name: String, comparisonsOf claims: [Claim]) {
    self.init(
      name,
      columns: ["claim", "comparison", "result", "outcome", "decides"].map { Column($0) })
    for claim in claims {
      for (comparisons, decides) in [
        (claim.verdict.comparisons, true), (claim.verdict.others, false),
      ] {
        for one in comparisons {
          append(
            claim.statement, one.name, one.result,
            one.holds.map { $0 ? "holds" : "the opposite" } ?? "not told", decides)
        }
      }
    }
  }
}
