public import ContrastiveEmbeddings

/// The temperature over the epochs of a run: constant, or going up and down as a cosine.
///
/// ```
/// τ(e) = τ₋ + ½(τ₊ − τ₋)(1 + cos(πe/h))
/// ```
/// It starts at τ₊, is τ₋ after h epochs, *half* a period (`t_max` in the authors' code), and τ₊ again
/// after 2h. A small τ spreads samples out one by one, a large one gathers them in groups; going back
/// and forth serves rare classes and common ones in turn.
///
/// - Source: [Kukleva et al. 2023](https://arxiv.org/abs/2303.13664), τ₋ = 0.1, τ₊ = 1, h = 200 epochs;
///   equals the authors' code (temperature_schedules), which sets τ once per epoch.
public struct TemperatureSchedule: Hashable, Sendable {
  /// τ₋.
  public let minimum: Temperature

  /// τ₊.
  public let maximum: Temperature

  /// h, in epochs.
  public let halfPeriod: Double

  /// The same temperature throughout.
  public static func constant(_ temperature: Temperature) -> TemperatureSchedule {
    let temperature = temperature.checked
    return TemperatureSchedule(minimum: temperature, maximum: temperature, halfPeriod: 1, ())
  }

  /// A cosine from `maximum` to `minimum` and back.
  ///
  /// - Throws: `ContrastiveError` if the minimum exceeds the maximum, or the half-period is not
  ///   positive and finite.
  public static func cosine(
    minimum: Temperature, maximum: Temperature, halfPeriod: Double
  ) throws(ContrastiveError) -> TemperatureSchedule {
    try minimum.requireValid(as: .minimum)
    try maximum.requireValid(as: .maximum)
    guard minimum.value <= maximum.value else {
      throw .init(
        .minimum, .number(found: minimum.value, expected: .atMost(maximum.value, "the maximum")))
    }
    guard halfPeriod > 0, halfPeriod.isFinite else {
      throw .init(.halfPeriod, .number(found: halfPeriod, expected: .positive))
    }
    return TemperatureSchedule(minimum: minimum, maximum: maximum, halfPeriod: halfPeriod, ())
  }

  private init(minimum: Temperature, maximum: Temperature, halfPeriod: Double, _: Void) {
    self.minimum = minimum
    self.maximum = maximum
    self.halfPeriod = halfPeriod
  }

  /// The temperature at an epoch, counted from 0; fractions lie between two epochs.
  public func temperature(at epoch: Double) -> Temperature {
    let span = maximum.value - minimum.value
    // Between the two, where every number is a temperature.
    return Temperature(
      floatLiteral: span == 0
        ? minimum.value : minimum.value + span * halfCosine(epoch / halfPeriod))
  }
}
