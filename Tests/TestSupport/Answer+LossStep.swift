public import Contrastive

extension Answer {
  private init<Scalar, Gradient>(
    _ step: LossStep<Scalar, Gradient>, by matrices: [String: Matrix<Scalar>?],
    and temperature: TemperatureGradient<Scalar> = TemperatureGradient()
  ) {
    func number(_ slope: Scalar?) -> [Double]? { slope.map { [Double($0)] } }
    var gradients = [
      "temperature": number(temperature.temperature), "scale": number(temperature.scale),
      "logitScale": number(temperature.logScale),
      "temperatures": temperature.temperatures?.map { Double($0) },
      "scales": temperature.scales?.map { Double($0) },
      "logScales": temperature.logScales?.map { Double($0) },
    ]
    for (name, matrix) in matrices { gradients[name] = .some(matrix?.doubles) }
    self.init(
      loss: Double(step.value), terms: step.terms.map { Double($0) }, gradients: gradients)
  }

  public init<Scalar>(_ step: LossStep<Scalar, InfoNCE.Gradient<Scalar>>) {
    self.init(
      step,
      by: [
        "queries": step.gradient.queries, "positives": step.gradient.positives,
        "negatives": step.gradient.negatives,
      ], and: step.gradient.byTemperature)
  }

  public init<Scalar>(_ step: LossStep<Scalar, TwoTowerGradient<Scalar>>) {
    self.init(
      step, by: ["images": step.gradient.images, "texts": step.gradient.texts],
      and: step.gradient.byTemperature)
    gradients["bias"] = step.gradient.bias.map { [Double($0)] }
  }

  public init<Scalar>(_ step: LossStep<Scalar, ClassWeightGradient<Scalar>>) {
    self.init(
      step,
      by: ["features": step.gradient.features, "classWeights": step.gradient.classWeights],
      and: step.gradient.byTemperature)
  }

  public init<Scalar>(_ step: LossStep<Scalar, PairGradient<Scalar>>) {
    self.init(
      step, by: ["queries": step.gradient.queries, "keys": step.gradient.keys],
      and: step.gradient.byTemperature)
  }

  public init<Scalar>(_ step: LossStep<Scalar, TripletMargin.Gradient<Scalar>>) {
    self.init(
      step,
      by: [
        "anchors": step.gradient.anchors, "positives": step.gradient.positives,
        "negatives": step.gradient.negatives,
      ])
  }

  public init<Scalar>(_ step: LossStep<Scalar, TwoViewGradient<Scalar>>) {
    self.init(
      step, by: ["viewA": step.gradient.viewA, "viewB": step.gradient.viewB],
      and: step.gradient.byTemperature)
  }

  public init<Scalar>(_ step: LossStep<Scalar, EmbeddingGradient<Scalar>>) {
    self.init(step, by: ["embeddings": step.gradient.embeddings], and: step.gradient.byTemperature)
  }

  public init<Scalar>(_ step: LossStep<Scalar, SoftmaxCrossEntropy.Gradient<Scalar>>) {
    self.init(step, by: ["logits": step.gradient.logits], and: step.gradient.byTemperature)
  }

  public init<Scalar>(_ step: LossStep<Scalar, Distillation.Gradient<Scalar>>) {
    self.init(
      step,
      by: [
        "studentLogits": step.gradient.studentLogits, "teacherLogits": step.gradient.teacherLogits,
      ], and: step.gradient.byTemperature)
  }

  public init<Scalar>(_ step: LossStep<Scalar, Alignment.Gradient<Scalar>>) {
    self.init(step, by: ["x": step.gradient.x, "y": step.gradient.y])
  }

  public init<Scalar>(_ step: LossStep<Scalar, OneWayLoss.Gradient<Scalar>>) {
    var matrices: [String: Matrix<Scalar>?] = [
      "queries": step.gradient.queries, "positives": step.gradient.positives,
    ]
    for (index, keys) in step.gradient.keys.enumerated() { matrices["keys\(index)"] = .some(keys) }
    self.init(step, by: matrices, and: step.gradient.byTemperature)
  }
}
