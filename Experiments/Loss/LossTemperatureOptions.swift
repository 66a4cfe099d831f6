import ArgumentParser
import Contrastive

/// The temperature of a loss: one in any of its readings, or one for each row from a file.
struct LossTemperatureOptions: ParsableArguments {
  @OptionGroup var common: TemperatureOptions

  @Option(
    help: ArgumentHelp(
      """
      N numbers instead: a τ for each row. Losses of two views, and clip, take 2N too: a τ for \
      each row of the first side, then of the second, as clip-groups takes N + M. Losses of class weights take C: a τ for each \
      class, which is that of its rows. --gradients writes dL/dτ as temperatures.npy.
      """, valueName: "file"))
  var temperatures: String?

  func validate() throws {
    if temperatures != nil, !common.isEmpty {
      throw ValidationError(
        "--temperatures: gives each row its own; leave out --temperature, --scale and "
          + "--logit-scale.")
    }
  }

  /// The temperature that was given.
  ///
  /// - Parameter default: τ where none was given.
  /// - Throws: As `TemperatureOptions.temperature(default:)`; of a file, `ArrayFileError`, or
  ///   `ContrastiveError` of a row of `temperatures`.
  func temperature(default: Double) throws -> Temperature {
    guard let temperatures else { return try common.temperature(default: `default`) }
    // Read as double whatever the precision: a τ enters the logits as 1/τ of double.
    return try Temperature(rows: readNumbers(temperatures))
  }
}
