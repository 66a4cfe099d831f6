/// Words on scores of digits that several reproductions share.
extension DigitBaselines {
  /// What accuracy is, and “in nine shifts”, within a sentence.
  static let voteMeaning =
    "the share that a vote of the \(DigitExam.neighborCount) nearest training digits names rightly; “in nine shifts”, every training digit is there in each "
    + "shift by up to a pixel"

  /// What accuracy is, for an explanation.
  ///
  /// - Parameter count: How many test digits are named.
  static func accuracyMeaning(testing count: Int) -> String {
    "Accuracy is the share of test digits, shifted by up to a pixel, of more contrast or less, and "
      + "noisy, or as they are, that a vote of their \(DigitExam.neighborCount) nearest training digits, as they are, names "
      + "rightly, each with the weight e^(cosine/\(DigitExam.voteTemperature.text(digits: 2))). “In nine shifts” the nearest are looked for among every training digit in each of its nine "
      + "shifts by up to a pixel up or down and left or right, of pixels and encoders "
      + "alike; where the best that was trained stands beside the best that learnt nothing, each is what it is among the kind of training digits that suits it "
      + "better. Claims are judged among training digits as they are. \(tested(count)), "
      + "beside the same pixels, and the claims of one reproduction are of one set of encoders; those of MoCo at m = 0.99 and η = 0.001 are Wang and Liu's at "
      + "τ = 0.07. " + errorMeaning
  }

  /// Which digits are named, as the beginning of a sentence.
  private static func tested(_ count: Int) -> String {
    count == Digits.testCount
      ? "All reproductions on digits name the same \(count.words("test digit"))"
      : "Named \(count == 1 ? "is the first test digit" : "are the first \(count) test digits"), of \(Digits.testCount)"
  }

  /// What errors of accuracy are.
  static let errorMeaning =
    "± is half an interval of 95 %, of accuracies over seeds and test digits and of all else over seeds, by Student's t of "
    + "Welch and Satterthwaite's degrees of freedom; differences are of the same digits and, where both "
    + "have them, of the same seeds. In claims 95 % are for all comparisons of the claim at once, by Bonferroni. That the best of several wins takes an "
    + "interval for all of them, too; that it loses does not. With one seed errors are over "
    + "test digits alone, and of all else unknown."

  /// What changed for all claims that are judged by accuracies.
  static let howChanged =
    "the task was naming digits as they are until raw pixels were seen to beat every encoder "
    + "there; it is both since; of three strengths of views tried the weakest, which was there before, is kept; errors "
    + "over test digits joined those over seeds, and Student's t the two standard errors; for a time, that the best be better than what learnt "
    + "nothing was a part of the claim, each comparison had an interval of its own, and encoders were not asked among nine shifts, as pixels were; until last the "
    + "best beside what learnt nothing was the best of all settings, those outside the source's table among them"

  /// How a superlative is judged, for a criterion.
  static let superlativeMeaning =
    "Each task is one comparison, which holds only if the claimed is told from every other, and so from its nearest rival: those that are easy to "
    + "tell from it count for nothing alone. Intervals are for all of these differences of both tasks at once"

  /// What changed for claims that one setting is the best.
  static let howSuperlativesChanged =
    "until last each rival was a comparison of its own, so that the easy ones made a part that agreed where the nearest was not told"
}
