import ArgumentParser
import Contrastive

/// `--temperature`, `--scale` and `--logit-scale`: one quantity, any of its three readings.
struct TemperatureOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The temperature τ.", valueName: "τ"))
  var temperature: Double?

  @Option(help: ArgumentHelp("NormFace's scale s = 1/τ.", valueName: "s"))
  var scale: Double?

  @Option(help: ArgumentHelp("CLIP's logit scale, log s.", valueName: "log s"))
  var logitScale: Double?

  func validate() throws {
    _ = try temperature(default: 1)
  }

  /// The temperature that was given.
  ///
  /// - Parameter fallback: The temperature without any option.
  /// - Throws: `ValidationError` if a value is out of range, or two readings differ by more than
  ///   1e-9 of themselves.
  func temperature(default fallback: Temperature) throws -> Temperature {
    do {
      let given = try [
        temperature.map { try Temperature($0) }, scale.map { try Temperature(scale: $0) },
        logitScale.map { try Temperature(logScale: $0) },
      ].compactMap { $0 }
      guard let first = given.first else { return fallback }
      if let other = given.first(where: { abs($0.value - first.value) > 1e-9 * first.value }) {
        throw ValidationError(
          "--temperature, --scale and --logit-scale disagree: τ = \(first.value) and "
            + "τ = \(other.value); give one of them.")
      }
      return first
    } catch let error as ContrastiveError {
      throw ValidationError("--\(error)")
    }
  }
}
