import Contrastive
import Foundation
import Testing

@testable import ContrastiveTraining

/// PyTorch's steps: see Fixtures/make.py.
struct OptimizerFixtures: Decodable {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let kind: String
    let options: Options
    let start: [[Double]]
    let gradients: [[[Double]]]
    let steps: [[[Double]]]

    var testDescription: String { name }
  }

  struct Options: Decodable, Sendable {
    let lr: Double
    let momentum: Double?
    let weightDecay: Double?
    let nesterov: Bool?
    let betas: [Double]?
    let eps: Double?

    enum CodingKeys: String, CodingKey {
      case lr, momentum, nesterov, betas, eps
      case weightDecay = "weight_decay"
    }
  }

  let cases: [Case]

  static func load() -> [Case] {
    guard let url = Bundle.module.resourceURL?.appending(path: "Fixtures/optimizers.json"),
      let data = try? Data(contentsOf: url),
      let fixtures = try? JSONDecoder().decode(OptimizerFixtures.self, from: data)
    else { return [] }
    return fixtures.cases
  }
}

extension OptimizerFixtures.Case {
  /// The optimiser that the case is of.
  func optimizer<Scalar: EmbeddingScalar>(as scalar: Scalar.Type) -> any Optimizer<Scalar> {
    let betas = (first: options.betas?[0] ?? 0.9, second: options.betas?[1] ?? 0.999)
    let epsilon = options.eps ?? 1e-8
    return switch kind {
    case "SGD":
      SGD<Scalar>(
        learningRate: options.lr, momentum: options.momentum ?? 0,
        weightDecay: options.weightDecay ?? 0, isNesterov: options.nesterov ?? false)
    case "AdamW":
      Adam<Scalar>.adamW(
        learningRate: options.lr, betas: betas, epsilon: epsilon,
        weightDecay: options.weightDecay ?? 0.01)
    default:
      Adam<Scalar>(
        learningRate: options.lr, betas: betas, epsilon: epsilon,
        weightDecay: options.weightDecay.map { .coupled($0) } ?? .none)
    }
  }
}
