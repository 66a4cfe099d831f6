/// Which of the printed digits are right.
extension PrintedSoftmax {
  /// How far printed probabilities are from what they should be, in units of their last digits.
  static func lastDigitErrors(of entries: [PrintedSoftmax]) -> [Double] {
    entries.flatMap { entry in
      zip(
        entry.probabilities,
        DecimalSoftmax.probabilities(of: entry.logits, temperature: entry.temperature)
      ).map { $0.lastDigitError(from: $1) }
    }
  }

  /// How many are right to which digit.
  static func digitsText(of entries: [PrintedSoftmax]) -> String {
    let errors = lastDigitErrors(of: entries)
    let exact = errors.count { $0 <= 0.5 }
    let others = errors.count { $0 > 0.5 && $0 < 10 }
    return "\(exact) of \(errors.count) are right to every printed digit"
      + (others > 0 ? ", and \(others) to all but the last" : "")
  }
}
