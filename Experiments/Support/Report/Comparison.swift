/// One of the comparisons that decide a claim, or stand beside them.
struct Comparison: Hashable, Sendable, Codable {
  /// What is compared: `accuracy on shifted digits at τ = 0.3 less that at 0.07`.
  let name: String

  /// What came out: `+0.016 ± 0.012`.
  let result: String

  /// Whether it is as claimed; nil if errors do not tell.
  let holds: Bool?

  /// Of how many differences it is: one, or several of which each has to hold.
  var differenceCount = 1

  var text: String { "\(result), \(name)" }
}

extension Collection<Comparison> {
  /// How many came out how: `4 of 6 comparisons hold, 1 is the opposite, 1 is not told`.
  var countText: String { counts("comparison\(count == 1 ? "" : "s") ") }

  /// The same without their name: `4 of 6 hold, 1 is the opposite, 1 is not told`.
  var shareText: String { counts("") }

  /// The same, of comparisons of one difference apart from those of several: they are not alike, as each of several has to hold.
  var countsByDifferences: String {
    let (single, several) = (
      filter { $0.differenceCount == 1 }, filter { $0.differenceCount > 1 }
    )
    guard !several.isEmpty else { return shareText }
    let differences = several.reduce(0) { $0 + $1.differenceCount }
    return (single.isEmpty ? "" : "of one difference \(single.shareText); of those ")
      + "of several differences, \(differences) in all, each of which has to hold, \(several.shareText)"
  }

  private func counts(_ name: String) -> String {
    let (held, opposite) = (count { $0.holds == true }, count { $0.holds == false })
    let undecided = count - held - opposite
    return
      (["\(held) of \(count) \(name)hold\(held == 1 ? "s" : "")"]
      + (opposite > 0 ? ["\(opposite) \(opposite == 1 ? "is" : "are") the opposite"] : [])
      + (undecided > 0 ? ["\(undecided) \(undecided == 1 ? "is" : "are") not told"] : []))
      .joined(separator: ", ")
  }

  /// Those of one outcome, with their numbers; nil if there are none.
  func list(_ name: String, _ holds: Bool?) -> String? {
    let own = filter { $0.holds == holds }
    return own.isEmpty ? nil : "\(name): \(own.map(\.text).joined(separator: "; "))"
  }
}
