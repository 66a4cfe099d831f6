import Contrastive
import ContrastiveTraining

/// The scores of embeddings that learnt nothing: what a claim on digits has to be held against.
struct DigitBaselines: Sendable {
  /// Of the pixels themselves.
  let pixels: DigitScores

  /// Of encoders as they are before training, one for each seed.
  let untrained: [DigitScores]
}

extension DigitBaselines {
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

    /// Which are at settings of the source's.
    let isPrinted: [Bool]

    func shares(_ task: DigitTask) -> [TestShare] { scores.map { task.share($0) } }

    var named: [Named] { zip(names, scores).map { (name: $0, scores: $1) } }

    /// Those at settings of the source's, or the others.
    func named(printed: Bool) -> [Named] {
      zip(named, isPrinted).filter { $1 == printed }.map(\.0)
    }

    /// Encoders that were trained at temperatures, of which a source's are `printed`.
    static func at(
      _ temperatures: [Double], _ scores: [[DigitScores]], printed: [Double]
    ) -> Encoders {
      Encoders(
        names: temperatures.map { "at τ = \($0.text(digits: 3))" }, scores: scores,
        isPrinted: temperatures.map(printed.contains))
    }
  }

  /// The best of some encoders beside the best that learnt nothing, at each task: both among the kind of training digits
  /// that suits them better.
  ///
  /// - Parameter printed: Whether of the encoders at settings of the source's; else of the others.
  func contests(_ encoders: Encoders, printed: Bool) -> [Baseline.Contest] {
    let words =
      printed
      ? "the best trained at the source's settings,"
      : "the best trained outside the source's table, which decides nothing,"
    let isFirst = printed || !encoders.isPrinted.contains(true)
    return DigitTask.allCases.enumerated().compactMap { place, task in
      let trained = Self.ranked(encoders.named(printed: printed), task)
      let rivals = Self.ranked(all, task)
      guard let best = trained.first, let rival = rivals.first else { return nil }
      // Where a text begins, nothing says yet what its words mean.
      let meaning = isFirst && place == 0 ? " (\(Self.voteMeaning))" : ""
      return ShareComparison(
        best: best.share, of: trained.count, with: rival.share, ofRivals: rivals.count,
        family: DigitTask.allCases.count
      ).contest("in accuracy \(task.name)\(meaning) \(words) \(best.name),", with: rival.name)
    }
  }

  /// What learnt nothing beside encoders whose accuracies are compared.
  func baseline(_ encoders: Encoders) -> Baseline {
    Baseline(
      text: accuracyText(beside: encoders.named(printed: true)),
      contests: contests(encoders, printed: true), others: contests(encoders, printed: false))
  }

  /// What came of encoders beside what learnt nothing, for the head of a page.
  func finding(_ encoders: Encoders) -> String { baseline(encoders).contestLine ?? "" }

  /// A score of all, in words.
  func text(_ score: (DigitScores) -> Double) -> String {
    all.map { "\($0.name) \($0.scores.map(score).mean.text(digits: 3))" }.joined(separator: ", ")
  }

  /// The accuracies of all, at both tasks, beside the best of some that were trained.
  func accuracyText(beside trained: [Named]) -> String {
    func text(_ one: (name: String, share: TestShare)) -> String {
      "\(one.name) \(one.share.mean.text(digits: 3))"
    }
    return DigitTask.allCases.map { task in
      let best = Self.ranked(trained, task).first.map { ", beside the best trained, \(text($0))" }
      return
        "\(task.name) \(Self.ranked(all, task).map(text).joined(separator: ", "))\(best ?? "")"
    }.joined(separator: "; ")
  }

  /// That encoders at one temperature are the best of those at some: at each task one contrast with all the others, since
  /// a superlative that is not told from its nearest rival is none, however many others it is told from.
  static func superlatives(
    _ encoders: Encoders, at claimed: Double, of printed: [Double], trained temperatures: [Double]
  ) -> [(name: String, trials: [Trial])] {
    guard let best = temperatures.firstIndex(of: claimed) else { return [] }
    let rivals = temperatures.indices.filter { $0 != best && printed.contains(temperatures[$0]) }
    guard !rivals.isEmpty else { return [] }
    return DigitTask.allCases.map { task in
      let shares = encoders.shares(task)
      let nearest = rivals.max { shares[$0].mean < shares[$1].mean }
      return (
        name:
          "accuracy \(task.name) at τ = \(claimed.text(digits: 3)) less that at each other τ of the source's",
        trials: rivals.map { rival in
          let name = "τ = \(temperatures[rival].text(digits: 3))"
          return Trial(
            rival == nearest ? "the nearest rival \(name)" : name, shares[best],
            less: shares[rival])
        }
      )
    }
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
