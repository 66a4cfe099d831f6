public import Contrastive

extension Answer {
  public init<Scalar, Gradient: LossGradient>(
    _ step: LossStep<Scalar, Gradient>
  ) where Gradient.Scalar == Scalar {
    func number(_ slope: Scalar?) -> [Double]? { slope.map { [Double($0)] } }
    let temperature = step.gradient.byTemperature
    var gradients = [
      "temperature": number(temperature.temperature), "scale": number(temperature.scale),
      "logitScale": number(temperature.logScale), "bias": number(step.gradient.bias),
      "temperatures": temperature.temperatures?.map { Double($0) },
      "scales": temperature.scales?.map { Double($0) },
      "logScales": temperature.logScales?.map { Double($0) },
    ]
    for (name, gradient) in step.gradient.byArrays { gradients[name] = .some(gradient?.doubles) }
    self.init(
      loss: Double(step.value), terms: step.terms.map { Double($0) }, gradients: gradients)
  }
}
