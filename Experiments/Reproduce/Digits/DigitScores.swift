/// What embeddings of digits are worth that nothing was trained on.
struct DigitScores: Sendable {
  /// Among each kind of training digits, at each task, how often each test digit is named.
  ///
  /// The nearest training digits name it. Of a shifted digit it is the share of its views that are; of one that is as it is,
  /// 0 or 1.
  let hits: [[[Double]]]

  /// Wang and Isola's uniformity, t = 2, in nats: negative, the lower the more even.
  let uniformity: Double

  /// Wang and Liu's tolerance: the mean cosine of digits with equal labels.
  let tolerance: Double

  /// What to say where a paper's accuracy is that of a linear classifier on its features.
  static let insteadOfLinear =
    "a linear classifier's; here \(DigitExam.neighborCount) nearest neighbours vote"

  /// The same, behind the word “accuracy” in a claim.
  static let byVote = "by a vote of \(DigitExam.neighborCount) nearest neighbours"
}

extension DigitScores {
  func hits(_ task: DigitTask, among keys: DigitKeys) -> [Double] {
    hits[keys == .plain ? 0 : 1][task == .shifted ? 0 : 1]
  }

  /// The share of test digits that are named.
  func accuracy(_ task: DigitTask, among keys: DigitKeys = .plain) -> Double {
    hits(task, among: keys).mean
  }
}
