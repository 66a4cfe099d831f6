import ArgumentParser
import Contrastive

/// The temperature in any of its readings; several may be given if they agree.
struct TemperatureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The temperature τ.", valueName: "tau"))
  var temperature: Double?

  @Option(
    help: ArgumentHelp("NormFace's scale s = 1/τ instead.", valueName: "s"))
  var scale: Double?

  @Option(
    help: ArgumentHelp("CLIP's logit scale log s instead.", valueName: "log-s"))
  var logitScale: Double?

  /// Whether none was given.
  var isEmpty: Bool { given == nil }

  /// The option that it was given by, with its value.
  var given: String? {
    temperature.map { "--temperature \($0)" } ?? scale.map { "--scale \($0)" }
      ?? logitScale.map { "--logit-scale \($0)" }
  }

  /// The option that it was given by, or could be.
  var option: String {
    temperature == nil && scale != nil
      ? "--scale" : temperature == nil && logitScale != nil ? "--logit-scale" : "--temperature"
  }

  /// The temperature that was given.
  ///
  /// - Parameter default: τ where none was given, or nil if one has to be.
  /// - Throws: `ContrastiveError` naming the option whose number is out of range;
  ///   `ValidationError` if none was given and there is no default, or if two differ by more than
  ///   1e-9 of their value.
  func temperature(default: Double?) throws -> Temperature {
    let readings = try [
      reading("--temperature", temperature) { value throws(ContrastiveError) in
        try Temperature(value)
      },
      reading("--scale", scale) { value throws(ContrastiveError) in
        try Temperature(scale: value)
      },
      reading("--logit-scale", logitScale) { value throws(ContrastiveError) in
        try Temperature(logScale: value)
      },
    ].compactMap(\.self)
    guard let first = readings.first else {
      guard let `default` else {
        throw ValidationError("A temperature is missing; give --temperature, or --scale = 1/τ.")
      }
      return try Temperature(`default`)
    }
    for other in readings.dropFirst() {
      let (a, b) = (first.temperature.value, other.temperature.value)
      guard abs(a - b) <= 1e-9 * max(a, b) else {
        throw ValidationError(
          "\(first.text) and \(other.text) are different temperatures, τ = \(a) and \(b); "
            + "give one of them.")
      }
    }
    return first.temperature
  }

  private struct Reading {
    let text: String
    let temperature: Temperature
  }

  private func reading(
    _ option: String, _ value: Double?,
    _ temperature: (Double) throws(ContrastiveError) -> Temperature
  ) throws(ContrastiveError) -> Reading? {
    guard let value else { return nil }
    do {
      return Reading(text: "\(option) \(value)", temperature: try temperature(value))
    } catch {
      throw error.of(option)
    }
  }
}
