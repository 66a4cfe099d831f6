/// What a reader of a loss's number has to know: that there was nothing to compute it of.
struct LossNote {
  let text: String

  /// - Returns: nil if the loss has terms, and they have what they are to be told from.
  init?<Command: LossReporting, Scalar>(_ outcome: LossOutcome<Scalar>, of command: Command) {
    let term = Command.termName
    if outcome.allTermCount == 0 {
      text = "no \(term): \(Command.conditionOfTerms); the value of none is 0"
    } else if outcome.termCount(of: command.lossOptions.reduction) == 0 {
      text = "no \(term) has a term above 0: all keep the margin; the mean of none is 0"
    } else if Command.canLackNegatives, !outcome.hasNegatives {
      text = Self.withoutNegatives(term)
    } else {
      return nil
    }
  }

  /// The line where nothing is to be told apart.
  static func withoutNegatives(_ term: String) -> String {
    "no negatives: no \(term) is compared with anything but what belongs to it"
  }
}
