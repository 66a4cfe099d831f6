/// What digits are named for: with the disturbances that training knows, or as they are.
enum DigitTask: CaseIterable, Sendable {
  case shifted, clean

  /// The task in words.
  var name: String {
    switch self {
    case .shifted: "on shifted digits"
    case .clean: "on digits as they are"
    }
  }

  /// How often scores of several seeds name each test digit.
  func share(_ scores: [DigitScores], among keys: DigitKeys = .plain) -> TestShare {
    TestShare(scores.map { $0.hits(self, among: keys) })
  }
}

/// Which training digits are searched for the nearest.
enum DigitKeys: CaseIterable, Sendable {
  /// As they are.
  case plain

  /// In each of the shifts that views have: what it is worth to know the shifts, without any training.
  case shifts

  /// The words behind a name.
  var suffix: String { self == .plain ? "" : " in nine shifts" }
}
