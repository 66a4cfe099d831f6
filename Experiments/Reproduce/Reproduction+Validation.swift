import ArgumentParser
import Contrastive

extension Reproduction {
  /// - Throws: `ValidationError` unless all counts are positive.
  static func requirePositive(_ counts: (option: String, value: Int)...) throws {
    for (option, value) in counts where value < 1 {
      throw ValidationError("\(option): expected at least 1, found \(value).")
    }
  }

  /// - Throws: `ValidationError` unless all numbers are temperatures, or scales.
  static func requireTemperatures(_ lists: [NumberList<Double>], option: String) throws {
    for number in lists.numbers where (try? Temperature(number)) == nil {
      throw ValidationError("\(option): expected positive numbers, found \(number).")
    }
  }
}
