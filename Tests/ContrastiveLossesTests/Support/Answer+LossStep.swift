import Contrastive
import TestSupport

extension Answer {
  private init<Scalar, Gradient>(
    _ step: LossStep<Scalar, Gradient>, temperature: Scalar?, _ matrices: [String: Matrix<Scalar>?]
  ) {
    var gradients: [String: [Double]?] = ["temperature": temperature.map { [Double($0)] }]
    for (name, matrix) in matrices { gradients[name] = .some(matrix?.doubles) }
    self.init(
      loss: Double(step.value), terms: step.terms.map { Double($0) }, gradients: gradients)
  }

  init<Scalar>(_ step: LossStep<Scalar, InfoNCE.Gradient<Scalar>>) {
    self.init(
      step, temperature: step.gradient.temperature,
      [
        "queries": step.gradient.queries, "positives": step.gradient.positives,
        "negatives": step.gradient.negatives,
      ])
  }

  init<Scalar>(_ step: LossStep<Scalar, CLIP.Gradient<Scalar>>) {
    self.init(
      step, temperature: step.gradient.temperature,
      ["images": step.gradient.images, "texts": step.gradient.texts])
  }

  init<Scalar>(_ step: LossStep<Scalar, TwoViewGradient<Scalar>>) {
    self.init(
      step, temperature: step.gradient.temperature,
      ["viewA": step.gradient.viewA, "viewB": step.gradient.viewB])
  }

  init<Scalar>(_ step: LossStep<Scalar, EmbeddingGradient<Scalar>>) {
    self.init(
      step, temperature: step.gradient.temperature, ["embeddings": step.gradient.embeddings])
  }
}
