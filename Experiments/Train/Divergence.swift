/// How a training's numbers outgrew its arithmetic.
struct Divergence: ReportedError, Codable, Hashable {
  /// The step, from 1, whose loss or gradient it is.
  let step: Int
  let learningRate: Double

  /// What became of them, for example `the loss is nan`.
  let symptom: String

  var description: String {
    "diverged at step \(step): \(symptom) at learning rate \(learningRate); try a smaller one"
  }
}

extension Divergence: JSONRepresentable {
  var json: JSON {
    let object: JSONObject = ["step": step, "learningRate": learningRate, "symptom": symptom]
    return object.json
  }
}
