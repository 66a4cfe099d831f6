import Contrastive
import ContrastiveTraining

/// The scores of embeddings that learnt nothing: what a claim on digits has to be held against.
struct DigitBaselines: Sendable {
  /// Of the pixels themselves.
  let pixels: DigitScores

  /// Of the pixels themselves, among training digits in each of the shifts that views have: what it
  /// is worth to know the shifts, without any training.
  let shiftedPixels: DigitScores

  /// Of encoders as they are before training, one for each seed.
  let untrained: [DigitScores]

  init(training: Digits, test: Digits, seeds: Int) throws {
    pixels = try DigitScores(training: training, test: test) { $0 }
    shiftedPixels = try DigitScores(training: training.shifted(), test: test) { $0 }
    untrained = try (0..<UInt64(seeds)).map { seed in
      let encoder = try Self.encoder(seed: seed)
      return try DigitScores(training: training, test: test) { try encoder($0) }
    }
  }

  /// The encoder that training with this seed starts from.
  static func encoder(seed: UInt64) throws -> MLPEncoder<Float> {
    var generator = SeededGenerator(seed: seed)
    return try .random(
      dimensions: DigitMoCo.dimensions, options: ComputeOptions(threads: 1), using: &generator)
  }

  /// The baselines of a task by name, the best first.
  func ranked(_ task: DigitTask) -> [(name: String, share: TestShare)] {
    [
      ("raw pixels", task.share([pixels])),
      ("raw pixels in nine shifts", task.share([shiftedPixels])),
      ("the untrained encoder", task.share(untrained)),
    ].sorted { $0.1.mean > $1.1.mean }
  }

  /// The one that encoders have to beat.
  func best(_ task: DigitTask) -> (name: String, share: TestShare) { ranked(task)[0] }

  /// An encoder before training, on a task.
  func untrained(_ task: DigitTask) -> TestShare { task.share(untrained) }

  /// What became of encoders at one setting each.
  struct Encoders {
    /// In words: `at τ = 0.1`.
    let names: [String]
    let scores: [[DigitScores]]

    func shares(_ task: DigitTask) -> [TestShare] { scores.map(task.share) }

    /// Encoders that were trained at temperatures.
    static func at(_ temperatures: [Double], _ scores: [[DigitScores]]) -> Encoders {
      Encoders(names: temperatures.map { "at τ = \($0.text(digits: 3))" }, scores: scores)
    }

    /// The best at a task: of two tasks that may be two.
    func best(_ task: DigitTask) -> (name: String, share: TestShare)? {
      zip(names, shares(task)).max { $0.1.mean < $1.1.mean }.map { (name: $0.0, share: $0.1) }
    }
  }

  /// Whether the best encoder at a task is better than the untrained one, and than the best baseline.
  func parts(_ encoders: Encoders, _ task: DigitTask) -> [Verdict.Part] {
    guard let best = encoders.best(task) else { return [] }
    var rivals = [(name: "the untrained encoder", share: untrained(task))]
    let first = self.best(task)
    if first.name != rivals[0].name { rivals.append(first) }
    return rivals.map { rival in
      ShareComparison(best: best.share, of: encoders.names.count, with: rival.share)
        .part("\(task.name) the best, \(best.name), is", betterThan: rival.name).asBaseline
    }
  }

  /// That encoders at a temperature are better than at each of some others, at both tasks: a part for each other.
  ///
  /// - Parameters:
  ///   - claimed: Where the best is claimed to be; of several the better one counts, of each task.
  ///   - others: What it is compared with.
  ///   - temperatures: What the encoders were trained at; of those that are not among them nothing is said.
  static func betterParts(
    _ encoders: Encoders, at claimed: [Double], than others: [Double], of temperatures: [Double]
  ) -> [Verdict.Part] {
    let places = temperatures.indices.filter { claimed.contains(temperatures[$0]) }
    guard !places.isEmpty else { return [] }
    return temperatures.indices.filter { others.contains(temperatures[$0]) }.map { other in
      let name = "τ = \(temperatures[other].text(digits: 3))"
      return Verdict.Part(
        "better at τ = \(claimed.map { $0.text(digits: 3) }.joined(separator: " or ")) than at \(name)",
        all: DigitTask.allCases.map { task in
          let shares = encoders.shares(task)
          let best = places.max { shares[$0].mean < shares[$1].mean } ?? places[0]
          let comparison = ShareComparison(
            best: shares[best], of: places.count, with: shares[other])
          return Verdict.Part(
            "\(comparison.text) \(task.name) at \(temperatures[best].text(digits: 3))",
            comparison.isLarger)
        })
    }
  }

  /// Where encoders are best of all temperatures, those of ours among them.
  static func bestOfAllParts(_ encoders: Encoders, of temperatures: [Double]) -> [Verdict.Part] {
    DigitTask.allCases.map { task in
      Verdict.Part(
        "\(task.name) best at \(Peak(of: encoders.shares(task)).text(of: temperatures))", nil
      ).asBeyond
    }
  }

  /// The best of some encoders at both tasks beside the best that learnt nothing, for the head of a page.
  func comparison(_ encoders: Encoders) -> String {
    DigitTask.allCases.compactMap { task -> String? in
      guard let best = encoders.best(task) else { return nil }
      let rival = self.best(task)
      let comparison = ShareComparison(
        best: best.share, of: encoders.names.count, with: rival.share)
      let words =
        switch comparison.isLarger {
        case true?: "more than"
        case false?: "fewer than"
        case nil: "which errors do not tell from"
        }
      return
        "\(task.name.withUppercaseStart) the best encoder, \(best.name), names \(best.share.mean.text(digits: 3)), "
        + "\(words) the \(rival.share.mean.text(digits: 3)) of \(rival.name) (\(comparison.differenceText))."
    }.joined(separator: " ")
  }

  /// A score of those that do not know of shifts, in words.
  func text(_ score: (DigitScores) -> Double) -> String {
    "raw pixels \(score(pixels).text(digits: 3)), the untrained encoder "
      + untrained.map(score).mean.text(digits: 3)
  }

  /// The accuracies of all, at both tasks.
  var accuracyText: String {
    DigitTask.allCases.map { task in
      "\(task.name) "
        + ranked(task).map { "\($0.name) \($0.share.mean.text(digits: 3))" }.joined(separator: ", ")
    }.joined(separator: "; ")
  }

  /// What accuracy is, for an explanation.
  static let accuracyMeaning =
    "Accuracy is the share of test digits, shifted by up to a pixel, of more contrast or less, and "
    + "noisy, that their \(DigitScores.neighborCount) nearest training digits, as they are, name "
    + "rightly; what pixels “in nine shifts” are asked is which of all shifts of the training digits are nearest. "
    + errorMeaning

  /// What errors of accuracy are.
  static let errorMeaning =
    "± is half an interval of 95 %, of accuracies over seeds and test digits and of all else over seeds, by Student's t of "
    + "Welch and Satterthwaite's degrees of freedom; differences are of the same digits and, where both "
    + "have them, of the same seeds; where the best of several wins 95 % are for all of them at once, and where it loses of it alone. With one seed errors are over "
    + "test digits alone, and of all else unknown."

  /// How the best is judged.
  static let peakCriterion =
    "at both tasks, shifted digits and digits as they are, better than at each other τ of the paper by more than errors; the best better "
    + "than the untrained encoder and than the best baseline"

  /// How the comparison of the best with what learnt nothing changed last, for the claims that are judged by it.
  static let howLosing =
    "an interval for all of them at once was asked for even where the best of several loses, until it was its own there"

  /// When the task was settled, for the claims that are judged by it.
  ///
  /// - Parameters:
  ///   - further: What else was changed.
  ///   - earlier: The verdicts before, if there were others.
  static func settlement(
    _ further: String? = nil, from earlier: [Verdict.Kind] = []
  ) -> Settlement {
    let task =
      "the task was naming digits as they are until raw pixels were seen to beat every encoder "
      + "there; it is both since; of three strengths of views tried the weakest, which was there before, is kept; errors "
      + "over test digits joined those over seeds, and Student's t later the two standard errors"
    let text = [task, further].compactMap(\.self).joined(separator: "; ")
    return earlier.isEmpty ? .changed(text) : .rejudged(from: earlier, text)
  }
}
