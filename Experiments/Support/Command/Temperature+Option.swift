import ArgumentParser
import Contrastive

extension Temperature {
  /// - Throws: `ContrastiveError` that names the option which the number is of.
  init(_ value: Double, named option: String) throws(ContrastiveError) {
    do {
      try self.init(value)
    } catch {
      throw error.of(option)
    }
  }
}

extension [NumberList<Double>] {
  /// Refuses an option without a number, or with one that is no temperature.
  func requireTemperatures(of option: String) throws {
    try requireNumbers(of: option)
    for value in numbers {
      do {
        _ = try Temperature(value, named: option)
      } catch {
        throw ValidationError("\(error)")
      }
    }
  }
}
