import ArgumentParser
import Contrastive

/// The numbers that a bound is computed from.
struct BoundParameters: ParsableArguments {
  @Option(help: ArgumentHelp("Classes.", valueName: "n"))
  var classes: Int?

  @Option(
    help: ArgumentHelp("Negatives; K + 1 candidates.", valueName: "K"))
  var negatives: Int?

  @Option(help: ArgumentHelp("Pairs in a batch.", valueName: "N"))
  var batch: Int?

  @Option(
    help: ArgumentHelp("Candidates: the positive and its negatives.", valueName: "N"))
  var candidates: Int?

  @Option(
    help: ArgumentHelp("The dimension of the embeddings.", valueName: "d"))
  var dimension: Int?

  @OptionGroup var temperatureOptions: TemperatureOptions

  @Option(
    help: ArgumentHelp("The sharpness of the uniformity loss.", valueName: "t"))
  var t: Double?

  @Option(help: ArgumentHelp("A wanted floor, in nats.", valueName: "ε"))
  var floor: Double?

  /// The value of an option that a bound cannot do without.
  ///
  /// - Throws: `ValidationError` if it is missing.
  func required<Value>(
    _ option: BoundOption, _ value: KeyPath<Self, Value?>
  ) throws -> Value {
    guard let value = self[keyPath: value] else {
      throw ValidationError("\(option.text) is missing.")
    }
    return value
  }

  func temperature() throws -> Temperature { try temperatureOptions.temperature(default: nil) }

  /// What was given.
  var options: Set<BoundOption> {
    let given: [BoundOption: Bool] = [
      .classes: classes != nil, .negatives: negatives != nil, .batch: batch != nil,
      .candidates: candidates != nil, .dimension: dimension != nil,
      .temperature: !temperatureOptions.isEmpty, .t: t != nil, .floor: floor != nil,
    ]
    return Set(given.filter(\.value).keys)
  }
}
