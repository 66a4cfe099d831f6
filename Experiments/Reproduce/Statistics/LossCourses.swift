/// The mean loss of every epoch, of each seed's training at one setting.
struct LossCourses: Sendable {
  private let courses: [[Double]]

  init(_ courses: [[Double]]) { self.courses = courses }

  /// Of every seed, at the end.
  var last: [Double] { courses.map { $0.last ?? .nan } }

  /// Of every seed, in an epoch counted from 1.
  func losses(ofEpoch epoch: Int) -> [Double] {
    courses.map { $0.dropFirst(epoch - 1).first ?? .nan }
  }

  /// Whether the loss fell over the last tenth of the epochs, by more than errors over seeds.
  var isStillFalling: Bool {
    let before = courses.map { $0.dropLast($0.count / 10).last ?? .nan }
    return Estimate(before, less: last).isPositive == true
  }

  /// Which trainings were not at their end, to add to what was measured; nothing if all were.
  static func fallingText(_ settings: [(name: String, losses: LossCourses)]) -> String {
    let falling = settings.filter(\.losses.isStillFalling).map(\.name)
    return falling.isEmpty
      ? ""
      : ". With a loss that still fell over the last tenth of the epochs: "
        + falling.joined(separator: ", ")
  }

  /// The same of trainings at temperatures.
  static func fallingText(at temperatures: [Double], _ losses: [LossCourses]) -> String {
    fallingText(
      zip(temperatures, losses).map { ("at τ = \($0.text(digits: 3))", $1) })
  }
}
