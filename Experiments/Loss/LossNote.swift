/// What a reader of a loss's numbers has to know: what of the input had no part in them, or that there was
/// nothing to compute them of.
struct LossNote {
  let text: String

  /// - Returns: nil if there is nothing of that.
  init?<Command: LossReporting, Scalar>(_ outcome: LossOutcome<Scalar>, of command: Command) {
    let texts = [Self.emptiness(outcome, of: command)].compactMap(\.self) + outcome.remarks
    guard !texts.isEmpty else { return nil }
    text = texts.joined(separator: "; ")
  }

  private static func emptiness<Command: LossReporting, Scalar>(
    _ outcome: LossOutcome<Scalar>, of command: Command
  ) -> String? {
    let term = Command.termName
    if outcome.allTermCount == 0 {
      return "no \(term): \(Command.conditionOfTerms); the value of none is 0"
    } else if outcome.termCount(of: command.lossOptions.reduction) == 0 {
      return "no \(term) has a term above 0: all keep the margin; the mean of none is 0"
    } else if Command.canLackNegatives, !outcome.hasNegatives {
      return withoutNegatives(term)
    } else {
      return nil
    }
  }

  /// The line where nothing is to be told apart.
  static func withoutNegatives(_ term: String) -> String {
    "no negatives: no \(term) is compared with anything but what belongs to it"
  }
}
