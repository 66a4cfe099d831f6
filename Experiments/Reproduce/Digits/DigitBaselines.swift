import Contrastive
import ContrastiveTraining

/// The scores of embeddings that learnt nothing: what a claim on digits has to be held against.
struct DigitBaselines: Sendable {
  /// Of the pixels themselves.
  let pixels: DigitScores

  /// Of encoders as they are before training, one for each seed.
  let untrained: [DigitScores]

  init(_ exam: DigitExam, seeds: Int) throws {
    pixels = try exam.scores { $0 }
    untrained = try (0..<UInt64(seeds)).map { seed in
      let encoder = try Self.encoder(seed: seed)
      return try exam.scores { try encoder($0) }
    }
  }

  /// The encoder that training with this seed starts from.
  static func encoder(seed: UInt64) throws -> MLPEncoder<Float> {
    var generator = SeededGenerator(seed: seed)
    return try .random(
      dimensions: DigitMoCo.dimensions, options: ComputeOptions(threads: 1), using: &generator)
  }

  /// Something that names digits.
  typealias Named = (name: String, scores: [DigitScores])

  /// What learnt nothing.
  var all: [Named] { [("raw pixels", [pixels]), ("the untrained encoder", untrained)] }

  /// Those that name digits, among both kinds of training digits, by name, the best first.
  static func ranked(_ named: [Named], _ task: DigitTask) -> [(name: String, share: TestShare)] {
    named.flatMap { one in
      DigitKeys.allCases.map { keys in
        (name: one.name + keys.suffix, share: task.share(one.scores, among: keys))
      }
    }.sorted { $0.1.mean > $1.1.mean }
  }

  /// What became of encoders at one setting each.
  struct Encoders {
    /// In words: `at τ = 0.1`.
    let names: [String]
    let scores: [[DigitScores]]

    func shares(_ task: DigitTask) -> [TestShare] { scores.map { task.share($0) } }

    var named: [Named] { zip(names, scores).map { (name: $0, scores: $1) } }

    /// Encoders that were trained at temperatures.
    static func at(_ temperatures: [Double], _ scores: [[DigitScores]]) -> Encoders {
      Encoders(names: temperatures.map { "at τ = \($0.text(digits: 3))" }, scores: scores)
    }
  }

  /// The best of some encoders beside the best that learnt nothing, at each task: both among the kind of training digits
  /// that suits them better.
  func contests(_ encoders: Encoders) -> [Baseline.Contest] {
    DigitTask.allCases.compactMap { task in
      let trained = Self.ranked(encoders.named, task)
      let rivals = Self.ranked(all, task)
      guard let best = trained.first, let rival = rivals.first else { return nil }
      return ShareComparison(
        best: best.share, of: trained.count, with: rival.share, ofRivals: rivals.count,
        family: DigitTask.allCases.count
      ).contest("in accuracy \(task.name) the best trained, \(best.name),", with: rival.name)
    }
  }

  /// What learnt nothing beside encoders whose accuracies are compared.
  func baseline(_ encoders: Encoders) -> Baseline {
    Baseline(text: accuracyText, contests: contests(encoders))
  }

  /// What came of encoders beside what learnt nothing, for the head of a page.
  func finding(_ encoders: Encoders) -> String {
    contests(encoders).map { "\($0.sentence.withUppercaseStart)." }.joined(separator: " ")
  }

  /// A score of all, in words.
  func text(_ score: (DigitScores) -> Double) -> String {
    all.map { "\($0.name) \($0.scores.map(score).mean.text(digits: 3))" }.joined(separator: ", ")
  }

  /// The accuracies of all, at both tasks.
  var accuracyText: String {
    DigitTask.allCases.map { task in
      "\(task.name) "
        + Self.ranked(all, task).map { "\($0.name) \($0.share.mean.text(digits: 3))" }
        .joined(separator: ", ")
    }.joined(separator: "; ")
  }

  /// That encoders at one temperature are better than at each of some others, at both tasks.
  static func trials(
    _ encoders: Encoders, at claimed: Double, than others: [Double], of temperatures: [Double]
  ) -> [Trial] {
    guard let best = temperatures.firstIndex(of: claimed) else { return [] }
    return temperatures.indices.filter { $0 != best && others.contains(temperatures[$0]) }.flatMap {
      other in
      DigitTask.allCases.map { task in
        let shares = encoders.shares(task)
        return Trial(
          "accuracy \(task.name) at τ = \(claimed.text(digits: 3)) less that at "
            + temperatures[other].text(digits: 3), shares[best], less: shares[other])
      }
    }
  }
}
