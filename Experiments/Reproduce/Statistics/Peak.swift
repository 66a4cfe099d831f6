/// Where the largest of some means stands, and what errors do not tell from it.
struct Peak {
  /// Its place among the means.
  let index: Int

  /// The places that errors do not tell from the peak, itself among them.
  let ties: [Int]

  /// What the peak is above each place.
  let leads: [Estimate]

  /// - Parameters:
  ///   - means: One of each setting.
  ///   - lead: What the mean at the first place is above that at the second, with 95 % for all comparisons with the
  ///     best at once.
  init(of means: [Double], lead: (Int, Int) -> Estimate) {
    let peak = means.indices.max { means[$0] < means[$1] } ?? 0
    let all = means.indices.map {
      $0 == peak ? Estimate(value: 0, halfWidth: 0) : lead(peak, $0)
    }
    index = peak
    leads = all
    ties = means.indices.filter { $0 == peak || all[$0].isPositive != true }
  }

  /// Of what the same seeds came to at every setting.
  init(ofSeeds seeds: [[Double]]) {
    self.init(of: seeds.map(\.mean)) {
      Estimate(seeds[$0], less: seeds[$1], family: seeds.count - 1)
    }
  }

  /// Of shares of the same test items.
  init(of shares: [TestShare]) {
    self.init(of: shares.map(\.mean)) {
      ShareComparison(shares[$0], with: shares[$1], family: shares.count - 1).estimate
    }
  }

  /// What the words of `text(of:)` on errors go by, for a reader who sees other intervals beside them.
  static let intervalMeaning =
    "Which τ errors do not tell from the best is by intervals of 95 % for all comparisons with the best at once; the steps "
    + "from one τ to the next have 95 % each in the claims, and can tell more."

  /// Where it is: at one setting, or at one of several that cannot be told apart.
  ///
  /// - Parameter settings: What each mean belongs to.
  func text(of settings: [Double]) -> String {
    let best = settings.isEmpty ? "–" : settings[index].text(digits: 3)
    let others = ties.filter { $0 != index }.map { settings[$0].text(digits: 3) }
    guard let last = others.last else { return "τ = \(best)" }
    let list =
      others.count < 2 ? last : "\(others.dropLast().joined(separator: ", ")) and \(last)"
    return "τ = \(best), from which errors do not tell \(list)"
  }

  /// That it is between the ends and above both, as parts of a verdict.
  ///
  /// - Parameters:
  ///   - settings: What each mean belongs to.
  ///   - what: What it is the peak of: `on shifted digits`.
  func insideParts(of settings: [Double], _ what: String) -> [Verdict.Part] {
    Set([0, settings.count - 1]).sorted().map { end in
      let name = "τ = \(settings[end].text(digits: 3))"
      guard end != index else {
        return Verdict.Part("\(what) best at an end of the grid, \(name)", false)
      }
      return Verdict.Part(
        "\(leads[end].differenceText): \(what) better at τ = \(settings[index].text(digits: 3)) than at \(name)",
        leads[end].isPositive)
    }
  }
}
