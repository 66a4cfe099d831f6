/// MoCo v2's table of temperatures, held against adapters.
extension TemperatureUReproduction {
  /// How much better than the ends the middle has to be: some ten standard errors of three seeds.
  private static let margin = 0.02

  /// MoCo v2's ablation: linear accuracy on ImageNet, without its MLP head and with it.
  private static let printed = [
    (0.07, 60.6, 62.9), (0.1, 60.7, 64.9), (0.2, 59.0, 66.2), (0.3, 58.2, 65.7), (0.4, 57.2, 65.0),
    (0.5, 56.4, 64.3),
  ]
  private static let printedRange = 0.07...0.5

  private static let settlement = Settlement.changed(
    "until then the row with an MLP head was held, over a wider range than its own, against linear adapters "
      + "after 10 epochs only; 0.07 and 0.3 joined the grid, and more temperatures the longer training"
  )

  /// What came of one length of training.
  struct Course {
    let epochs: Int
    let seeds: Int
    let temperatures: [Double]
    let recalls: [Double]
    let errors: [Double]

    /// Takes the means of a sweep.
    init(_ means: Table, epochs: Int) {
      let counts = means.numbers(in: "seeds").map { $0 ?? 1 }
      self.epochs = epochs
      seeds = counts.map { Int($0) }.min() ?? 0
      temperatures = means.numbers(in: "temperature").map { $0 ?? .nan }
      recalls = means.numbers(in: "recallAt1").map { $0 ?? .nan }
      errors = zip(means.numbers(in: "recallAt1Deviation"), counts).map {
        ($0 ?? 0) / $1.squareRoot()
      }
    }

    /// Of a range of temperatures, each with its recall and error.
    private init(_ course: Course, in range: ClosedRange<Double>) {
      let places = course.temperatures.indices.filter { range.contains(course.temperatures[$0]) }
      (epochs, seeds) = (course.epochs, course.seeds)
      temperatures = places.map { course.temperatures[$0] }
      recalls = places.map { course.recalls[$0] }
      errors = places.map { course.errors[$0] }
    }

    func over(_ range: ClosedRange<Double>) -> Course { Course(self, in: range) }

    var peak: Peak { Peak(of: recalls, errors: errors, margin: margin) }
    var best: Double { recalls.max() ?? .nan }
    var name: String { "after \(epochs) epochs" }
    var ends: String {
      "τ = \(list([temperatures.min() ?? .nan])) to \(list([temperatures.max() ?? .nan]))"
    }

    var text: String {
      "\(name), of \(seeds) seed\(seeds == 1 ? "" : "s"), recall@1 \(list(recalls)) at τ = "
        + list(temperatures)
    }
  }

  /// What adapters have to be held against: recall@1 on the same test rows.
  struct Baselines {
    let untrained: Double
    let canonical: [Double]
    let ridges: [Double]

    var bestCanonical: Double { canonical.max() ?? .nan }

    var text: String {
      "the embeddings as they are, without training, \(list([untrained])); canonical correlation, in closed "
        + "form and without a temperature, \(list(canonical)) with ridges of \(list(ridges))"
    }
  }

  static func claims(on courses: [Course], _ baselines: Baselines) -> [Claim] {
    let measured = courses.map(\.text).joined(separator: "; ")
    return [
      Claim(
        "Without an MLP head accuracy is best at τ = 0.1 and falls from there to 0.5.",
        paper: .moCoV2,
        "table of τ, row “w/o MLP”: its head is linear as the adapters here, and nothing else is alike",
        quote: quote(\.1), evidence: .linear, measured: measured, baseline: baselines.text,
        criterion:
          "after both lengths of training the best at 0.1, or not to be told from it by two standard "
          + "errors, of all temperatures; and from there a fall by two standard errors at every step",
        settled: settlement,
        verdict: Verdict(
          parts: courses.flatMap { course -> [(phrase: String, holds: Bool)] in
            let high = course.over(0.1...0.5)
            let fall = Trend(of: high.recalls, errors: high.errors, rising: false)
            return [part(course, at: 0.1)]
              + fall.parts(
                settings: high.temperatures.map { list([$0]) }, expected: "falls",
                opposite: "rises"
              ).map { ("\(course.name) \($0.phrase)", $0.holds) }
          })),
      Claim(
        "With an MLP head accuracy is best at τ = 0.2, and worse towards 0.07 and 0.5.",
        paper: .moCoV2,
        "table of τ, row “w/ MLP”, held against linear adapters: what differs may be the head's doing",
        quote: quote(\.2), evidence: .linear, measured: measured, baseline: baselines.text,
        criterion:
          "over the paper's own τ, after both lengths of training: above both ends by "
          + "\(margin.text(digits: 2)) and two standard errors; at 0.2, or not to be told from it",
        settled: settlement,
        verdict: Verdict(
          parts: courses.map { $0.over(printedRange) }.flatMap { course in
            [
              ("\(course.name) best in between, over \(course.ends)", course.peak.isInside),
              part(course, at: 0.2),
            ]
          })),
      Claim(
        "Over a wider range of τ recall is an inverted U.", paper: nil,
        "MoCo v2's table of τ, continued to both sides", evidence: .linear, measured: measured,
        baseline: baselines.text,
        criterion:
          "the best above both ends by \(margin.text(digits: 2)) and two standard errors, and above the "
          + "baselines",
        settled: .after,
        verdict: Verdict(
          parts: courses.map {
            ("\($0.name) best in between, over \($0.ends)", $0.peak.isInside)
          } + [
            ("training helps", courses.allSatisfy { $0.best > baselines.untrained }),
            canonicalPart(courses, baselines),
          ])),
    ]
  }

  /// That the best of a course is at a temperature, or not to be told from it.
  private static func part(
    _ course: Course, at temperature: Double
  ) -> (phrase: String, holds: Bool) {
    let part = course.peak.part(
      at: temperature...temperature, named: list([temperature]), of: course.temperatures)
    return ("\(course.name) \(part.phrase)", part.holds)
  }

  private static func canonicalPart(
    _ courses: [Course], _ baselines: Baselines
  ) -> (phrase: String, holds: Bool) {
    let holds = courses.contains { $0.best > baselines.bestCanonical }
    return (
      holds
        ? "the best adapter beats canonical correlation"
        : "canonical correlation is better than every adapter", holds
    )
  }

  static func finding(on courses: [Course], _ baselines: Baselines) -> String {
    courses.map { course in
      "\(course.name.withUppercaseStart) linear adapters on sentence embeddings are best when trained at "
        + "\(course.peak.text(of: course.temperatures, seeds: course.seeds)): recall@1 \(list([course.best])). "
    }.joined()
      + "Untrained it is \(list([baselines.untrained])); canonical correlation, in closed form and without "
      + "a temperature, has \(list([baselines.bestCanonical])). Errors are over seeds, on one set of test rows."
  }

  private static func quote(_ row: KeyPath<(Double, Double, Double), Double>) -> String {
    "\(list(printed.map { $0[keyPath: row] })) at τ = \(list(printed.map(\.0)))"
  }

  private static func list(_ numbers: [Double]) -> String {
    numbers.map { $0.text(digits: 3) }.joined(separator: ", ")
  }
}
