import Foundation

/// What Wang and Isola's text says of the optimum, and of the limit of many negatives.
extension UniformityOptimumReproduction {
  func illustrations(_ scattered: Table, _ trained: Table, _ limit: Table) -> [Illustration] {
    let offsets = zip(
      scattered.numbers(in: "difference"), scattered.numbers(in: "standardError")
    ).map { abs($0 ?? .nan) / ($1 ?? .nan) }
    let gaps = trained.numbers(in: "gap").compactMap(\.self)
    let distances = limit.numbers(in: "distance").compactMap(\.self)
    let counts = limit.numbers(in: "negatives").compactMap(\.self)
    let order = Self.order(of: "distance", in: limit)
    let worst = offsets.max() ?? .nan
    return [
      Illustration(
        "The uniform distribution attains −2t + log ₀F₁(; d/2; t²).",
        paper: .alignmentAndUniformity, "proposition 1, and its value in the appendix",
        kind: .sampled,
        computed: "\(points) random points are within \(worst.text(digits: 2)) standard errors of "
          + "it in 2 to 128 dimensions",
        check: "within 4 standard errors, which are computed and not estimated",
        isRight: worst < 4),
      Illustration(
        "It is the least, and the best arrangements of n points near it as n grows.",
        paper: .alignmentAndUniformity, "propositions 1 and 2", kind: .descent,
        computed: "in 3 dimensions, and in no others, trained points stay above it, by "
          + gaps.map { $0.text(digits: 2) }.joined(separator: ", ") + " for n = "
          + trained.numbers(in: "points").compactMap { $0?.text(digits: 4) }
          .joined(separator: ", ")
          + ". A point's pair with itself counts, so that none can be below it: that "
          + "is a theorem",
        check: "above it at every n, and nearer at every larger one",
        isRight: gaps.allSatisfy { $0 > 0 } && gaps.isFalling),
      Illustration(
        "L − log M converges with the number M of negatives, and its distance from the limit decays "
          + "at least as fast as M^(−1/2).",
        paper: .alignmentAndUniformity, "theorem 1: O(M^(−1/2))", kind: .sampled,
        computed: "from \(counts[0].text(digits: 5)) to \((counts.last ?? 0).text(digits: 6)) "
          + "negatives the distance of the mean of \(Self.drawCount) sets of \(points.words("query")) and as many "
          + "negatives falls from \(distances[0].text(digits: 3)) to "
          + "\((distances.last ?? .nan).text(digits: 3)), between the ends as "
          + "M^\(order.text(digits: 2)) (\(Self.orderRange(in: limit)) by 95 % of the last distance); single queries' as "
          + "M^\(Self.order(of: "deviation", in: limit).text(digits: 2))",
        check:
          "an exponent of −0.45 or less between the ends of the grid: the theorem bounds from "
          + "above",
        isRight: order <= -0.45),
    ]
  }

  /// The power of M by which a column goes from the first number of negatives to the last.
  private static func order(of column: String, in limit: Table) -> Double {
    let values = limit.numbers(in: column).compactMap(\.self)
    let counts = limit.numbers(in: "negatives").compactMap(\.self)
    return log((values.last ?? .nan) / values[0]) / log((counts.last ?? .nan) / counts[0])
  }

  /// The powers of M that 95 % of the last distance, which is the least certain, allow.
  private static func orderRange(in limit: Table) -> String {
    let distances = limit.numbers(in: "distance").compactMap(\.self)
    let counts = limit.numbers(in: "negatives").compactMap(\.self)
    let error = limit.numbers(in: "halfWidth").last.flatMap(\.self) ?? .infinity
    let last = distances.last ?? .nan
    return [last - error, last + error].map { distance in
      guard distance > 0 else { return "−∞" }
      let power = log(distance / distances[0]) / log((counts.last ?? .nan) / counts[0])
      return power.text(digits: 3)
    }.joined(separator: " to ")
  }

  static func finding(_ trained: Table, _ limit: Table) -> String {
    func last(_ name: String) -> Double { trained.numbers(in: name).last.flatMap(\.self) ?? .nan }
    return "\(last("points").text(digits: 4)) points trained to be uniform in 3 dimensions are "
      + "\(last("gap").text(digits: 2)) nats from the distribution's optimum, and InfoNCE of uniform "
      + "points in \(dimension) dimensions nears its limit as "
      + "M^\(order(of: "distance", in: limit).text(digits: 2)) (\(orderRange(in: limit)))."
  }
}
