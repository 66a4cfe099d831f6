import Contrastive
import TestSupport

/// A loss, its terms, and its slopes along random directions: what a plain loop gives in one pass each, however many
/// numbers the gradient has.
struct Slopes {
  private let trial: DifferentialTrial

  /// Of the inputs by which there are gradients, as long as their rows.
  private let directions: [String: Matrix<Double>]

  /// Of log s.
  private let scaleDirection: [Double]

  init(of trial: DifferentialTrial) {
    self.trial = trial
    var directions: [String: Matrix<Double>] = [:]
    for (name, rows) in trial.plain.inputs {
      let lengths = trial.lengths(of: name)
      let units = Matrix<Double>.random(
        rowCount: rows.rowCount, columnCount: rows.columnCount, seed: trial.seed &+ 1)
      directions[name] = Matrix(rowCount: rows.rowCount, columnCount: rows.columnCount) {
        units[$0, $1] * lengths[$0 % lengths.count]
      }
    }
    self.directions = directions
    var generator = SeededGenerator(seed: trial.seed)
    scaleDirection = (trial.plain.temperatures ?? [1]).map { _ in
      Double.random(in: -1...1, using: &generator)
    }
  }

  /// Of the library's answer.
  func measured(of answer: Answer) -> DifferentialTrial.Measured {
    var result: DifferentialTrial.Measured = [
      "loss": ([answer.loss], 0), "terms": (answer.terms, 0),
    ]
    for (name, gradient) in answer.gradients {
      if let factors = trial.logScaleFactors(name) {
        result["slope by \(name)"] = (
          [gradient.indices.reduce(0) { $0 + gradient[$1] * factors[$1] * scaleDirection[$1] }], 0
        )
      } else if let direction = directions[name] {
        result["slope by \(name)"] = (
          [zip(gradient, direction.elements).reduce(0) { $0 + $1.0 * $1.1 }], 0
        )
      }
    }
    return result
  }

  /// Of the plain loop.
  func measured(of plain: PlainLoss) -> DifferentialTrial.Measured {
    let terms = plain.terms()
    let values = terms.map(\.value)
    let all = trial.largestWeight * Double(trial.termCount) / plain.finestTemperature
    var result: DifferentialTrial.Measured = [
      "loss": ([reduced(terms, of: plain).value], trial.lossSize(of: values)),
      "terms": (values, trial.termSize),
    ]
    for (name, direction) in directions {
      let slope = reduced(plain.terms(along: [name: direction]), of: plain) {
        plain.value(along: [name: direction])
      }.slope
      result["slope by \(name)"] = ([slope], all)
    }
    // log s is −log τ.
    let temperatures = plain.temperatures ?? [plain.temperature]
    let slopes = zip(temperatures, scaleDirection).map { -$0 * $1 }
    let slope = reduced(plain.terms(temperatureSlopes: slopes), of: plain) {
      plain.value(temperatureSlopes: slopes)
    }.slope
    for name in ["temperature", "scale", "logitScale", "temperatures", "scales", "logScales"] {
      result["slope by \(name)"] = ([slope], all)
    }
    return result
  }

  private func reduced(
    _ terms: [Dual], of plain: PlainLoss, mean: (() -> Dual)? = nil
  ) -> Dual {
    switch trial.reduction {
    case .sum: return terms.reduce(0, +)
    case .weighted(let weights):
      guard weights.count == terms.count else { return Dual(.nan, slope: .nan) }
      return zip(terms, weights).reduce(0) { $0 + Dual($1.1) * $1.0 }
    default: return mean?() ?? plain.value()
    }
  }
}
