import Contrastive
import ContrastiveTraining

extension AdapterTraining {
  /// Writes the two maps as a `.safetensors` file: `queries.weight` and `keys.weight`, out × in, as
  /// PyTorch's `Linear` has them, and of a learned temperature `temperature.logScale`.
  func saveAdapter(to path: String) throws(ArrayFileError) {
    var tensors = [
      "queries.weight": WritableArray(queries.parameters[0].values),
      "keys.weight": WritableArray(keys.parameters[0].values),
    ]
    if case .learned(let temperature, _) = temperature {
      tensors["temperature.logScale"] = WritableArray(temperature.parameters[0].values)
    }
    try SafetensorsFile.write(
      tensors,
      metadata: [
        "loss": loss.rawValue, "temperature": "\(presentTemperature.value)",
        "steps": "\(stepCount)",
      ], to: path)
  }
}
