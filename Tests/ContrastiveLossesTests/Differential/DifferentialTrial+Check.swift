import Contrastive
import Foundation
import TestSupport
import Testing

extension DifferentialTrial {
  /// What came of trials.
  struct Outcome {
    var trials = 0
    var withPlainLoops = 0
    /// Arrays of numbers that were compared, and those that no arithmetic could have agreed on.
    var comparisons = 0
    var undecided = 0
  }

  /// Computes the problem in both precisions and by a plain loop, and expects them to agree.
  func check(_ outcome: inout Outcome) throws {
    outcome.trials += 1
    let double = measured(try answer(as: Double.self))
    let float = measured(try answer(as: Float.self))
    let moved = try (1...3).map {
      measured(try answer(as: Double.self, movedBy: 0x1p-22, turn: $0))
    }
    compare(float, with: double, moved, as: Float.self, "Float and Double", &outcome)
    guard isPlain else { return }
    outcome.withPlainLoops += 1
    let slopes = Slopes(of: self)
    compare(
      slopes.measured(of: try answer(as: Double.self)), with: slopes.measured(of: plain),
      (1...3).map { slopes.measured(of: self.moved(by: 0x1p-43, turn: $0)) }, as: Double.self,
      "Double and a plain loop", &outcome)
  }

  /// Arrays of numbers, by name, and the size of what was added up to them where that can cancel.
  typealias Measured = [String: (values: [Double], size: Double)]

  /// An answer's numbers, with gradients by the direction of rows: by a row they are as many times smaller as it
  /// is longer.
  private func measured(_ answer: Answer) -> Measured {
    var result: Measured = [
      "loss": ([answer.loss], lossSize(of: answer.terms)), "terms": (answer.terms, termSize),
    ]
    let unit = largestWeight / plain.finestTemperature
    for (name, gradient) in answer.gradients {
      if let factors = logScaleFactors(name) {
        // A scalar is a sum over all rows.
        let isSum = factors.count == 1
        result["log scale by \(name)"] = (
          gradient.indices.map { gradient[$0] * factors[$0] },
          isSum ? unit * Double(termCount) : unit
        )
      } else {
        let lengths = self.lengths(of: name)
        let width = gradient.count / max(1, lengths.count)
        result["gradient of \(name)"] = (
          gradient.indices.map { gradient[$0] * lengths[$0 / width] }, unit
        )
      }
    }
    return result
  }

  /// What terms are compared relative to, at least.
  var termSize: Double { subject.isDifference ? 1 / plain.finestTemperature : 1e-3 }

  /// The sum of the sizes of what a loss adds up.
  func lossSize(of terms: [Double]) -> Double {
    let weights: [Double] =
      if case .weighted(let weights) = reduction { weights } else {
        Array(repeating: largestWeight, count: terms.count)
      }
    return zip(terms, weights).reduce(0) { $0 + abs($1.1) * max(termSize, abs($1.0)) }
  }

  /// By what a gradient is multiplied to be one by log s; nil for one of rows.
  func logScaleFactors(_ name: String) -> [Double]? {
    let temperatures = plain.temperatures ?? [plain.temperature]
    return switch name {
    case "temperature", "temperatures": temperatures.map { -$0 }
    case "scale", "scales": temperatures.map { 1 / $0 }
    case "logitScale", "logScales": temperatures.map { _ in 1 }
    default: nil
    }
  }

  /// The rows' lengths; of what is no rows 1.
  func lengths(of name: String) -> [Double] {
    guard let rows = plain.inputs[name], !plain.unitInputs.contains(name) else { return [1] }
    return (0..<rows.rowCount).map { row in
      let length = sqrt((0..<rows.columnCount).reduce(0) { $0 + rows[row, $1] * rows[row, $1] })
      return length > 0 ? length : 1
    }
  }

  /// Expects what was computed in a scalar to agree with a reference.
  ///
  /// Besides the tolerance of all losses there is what the reference itself changes by when all its numbers are
  /// moved by a little: by four roundings of `Float`, of which a cosine has as many; for `Double` by a hundredth
  /// of its tolerance. Where a problem is ill-conditioned (the angle of two equal rows is), no arithmetic does better.
  private func compare<Scalar: EmbeddingScalar>(
    _ actual: Measured, with expected: Measured, _ moved: [Measured], as scalar: Scalar.Type,
    _ what: String, _ outcome: inout Outcome
  ) {
    let tolerance = TestSupport.Tolerance(temperature: plain.finestTemperature, scalar: scalar)
    for (name, found) in actual.sorted(by: { $0.key < $1.key }) {
      let isFinite = found.values.allSatisfy(\.isFinite)
      #expect(isFinite, "\(what): \(name) is not finite; \(command)")
      guard let reference = expected[name], reference.values.allSatisfy(\.isFinite),
        isDecided(name)
      else {
        outcome.undecided += 1
        continue
      }
      func difference(_ other: [Double]) -> Double {
        guard other.count == reference.values.count, other.allSatisfy(\.isFinite) else {
          return .infinity
        }
        return zip(other, reference.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
      }
      let spread = moved.reduce(0) { max($0, difference($1[name]?.values ?? [])) }
      guard spread.isFinite else {
        outcome.undecided += 1
        continue
      }
      outcome.comparisons += 1
      let size = reference.values.reduce(reference.size) { max($0, abs($1)) }
      let isLoss = name == "loss" || name == "terms"
      // Slopes by log s are of sums of logits less those of log-weights of up to 1.5, at large τ nearly all of them.
      let cancelled =
        name.hasPrefix("log scale")
        ? 4 * Double(Scalar.ulpOfOne) * largestWeight * Double(termCount) : 0
      let allowed =
        (isLoss ? tolerance.loss : tolerance.gradient) * size + 4 * spread + cancelled
      let error = difference(found.values)
      #expect(
        error <= allowed,
        "\(what): \(name) is off by \(error), where \(allowed) is allowed; \(command)")
    }
  }

  /// Whether a quantity has but one value here: hinges, and maxima of which several are equal, have slopes from
  /// both sides, and what is selected by an order has none between equals.
  private func isDecided(_ name: String) -> Bool {
    let hasTies =
      !changes.isDisjoint(with: [.duplicate, .opposite, .zero])
      || plain.inputs.values.contains { $0.columnCount == 1 }
    guard hasTies else { return true }
    if subject == .semiHard { return false }
    return name == "loss" || name == "terms" || !subject.hasKinks
  }
}

extension LossSubject {
  /// Whether slopes jump where rows are equal.
  var hasKinks: Bool { hasHinge || isOfTokens || self == .subCenterArcFace }
}
