import Contrastive
import Foundation

/// A loss between the least and what nothing known would have, and what it says.
struct LossRuler: Sendable {
  let loss: Double
  let candidates: CandidateSet
  let temperature: Temperature
  let floor: Double
  let chance: Double

  init(
    loss: Double, candidates: CandidateSet, temperature: Temperature
  ) throws(ContrastiveError) {
    (self.loss, self.candidates, self.temperature) = (loss, candidates, temperature)
    floor = try candidates.floor(temperature: temperature).value
    chance = try candidates.chance()
  }

  /// Where a loss is: 0 at the floor, 1 at chance.
  func place(of loss: Double) -> Double {
    chance > floor ? (loss - floor) / (chance - floor) : 0
  }

  /// How many candidates a softmax that spreads evenly over them would have at this loss: e^loss.
  var perplexity: Double { exp(loss) }

  /// Whether no embeddings have the loss.
  var isImpossible: Bool { loss < floor }

  /// The mutual information that a loss certifies, at least 0; nil of one that cannot be.
  var information: Double? { isImpossible ? nil : max(0, chance - loss) }

  /// The most any embeddings certify with cosines at this τ.
  var informationCap: Double { chance - floor }

  /// From floor to chance on one line, with the loss where it is: `|` the ends, `●` the loss, `○` another.
  func text(width: Int, other: Double? = nil) -> String {
    var marks = Array(repeating: Character("─"), count: width)
    marks[0] = "├"
    marks[width - 1] = "┤"
    func set(_ value: Double, _ mark: Character) {
      let place = (place(of: value) * Double(width - 1)).rounded()
      marks[Int(min(Double(width - 1), max(0, place)))] = mark
    }
    if let other { set(other, "○") }
    set(loss, "●")
    return String(marks)
  }
}
