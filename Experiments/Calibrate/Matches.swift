import Contrastive
import Foundation

/// Queries with the key that is nearest to each, and whether it is the right one.
struct Matches: Sendable {
  /// The cosine of every query with the nearest key.
  let cosines: [Double]

  /// Whether that is its own, or another of its id; ties of both are none.
  let areRight: [Bool]

  var count: Int { cosines.count }

  init(cosines: [Double], areRight: [Bool]) {
    (self.cosines, self.areRight) = (cosines, areRight)
  }

  init(_ neighbors: Neighbors) {
    cosines = neighbors.nearest.indices.map {
      max(neighbors.nearest[$0], neighbors.hardest[$0].first?.logit ?? -.infinity)
    }
    areRight = neighbors.nearest.indices.map { neighbors.isAnswered($0) }
  }

  /// The share that is right.
  var precision: Double { Double(areRight.count { $0 }) / Double(max(1, count)) }

  /// The least cosine from which on answers have a precision, as far down as they do; nil if none have it.
  ///
  /// Answers are taken from the nearest on, and the last place counts at which the share of right ones among those so far
  /// is as large as wanted.
  func threshold(forPrecision wanted: Double) -> (cosine: Double, precision: Double, share: Double)?
  {
    let order = cosines.indices.sorted { cosines[$0] > cosines[$1] }
    var (right, best): (Int, (cosine: Double, precision: Double, share: Double)?) = (0, nil)
    for (place, index) in order.enumerated() {
      if areRight[index] { right += 1 }
      // Equal cosines are answered together.
      if place + 1 < order.count, cosines[order[place + 1]] == cosines[index] { continue }
      let precision = Double(right) / Double(place + 1)
      if precision >= wanted {
        best = (cosines[index], precision, Double(place + 1) / Double(count))
      }
    }
    return best
  }

  /// Those from a cosine on: the share of right ones, how many, and which share of all.
  func answers(from cosine: Double) -> (precision: Double, count: Int, share: Double) {
    let kept = cosines.indices.filter { cosines[$0] >= cosine }
    let right = kept.count { areRight[$0] }
    return (
      Double(right) / Double(max(1, kept.count)), kept.count,
      Double(kept.count) / Double(max(1, count))
    )
  }

  /// Those of some queries.
  func at(_ indices: [Int]) -> Matches {
    Matches(cosines: indices.map { cosines[$0] }, areRight: indices.map { areRight[$0] })
  }
}
