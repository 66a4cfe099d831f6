import ArgumentParser

extension [NumberList<Int>] {
  /// The seeds that an option names, each once and in order: those from 1 on to a single number, or the numbers
  /// themselves.
  var seedList: [UInt64] {
    let numbers = numbers
    if numbers.count == 1 { return Array<UInt64>(1...UInt64(numbers[0])) }
    return Set(numbers).sorted().map { UInt64($0) }
  }

  /// More seeds than anybody waits for: a number beyond is meant as a seed.
  private static let greatestCount = 1000

  /// - Throws: `ValidationError` unless these are seeds of `--seeds`.
  func requireSeeds() throws {
    guard !numbers.isEmpty else {
      throw ValidationError("--seeds: expected one number at least, found none.")
    }
    let least = numbers.count == 1 ? 1 : 0
    if let seed = numbers.first(where: { $0 < least }) {
      throw ValidationError(
        "--seeds: expected \(least == 1 ? "at least 1" : "seeds from 0 on"), found \(seed).")
    }
    if numbers.count == 1, numbers[0] > Self.greatestCount {
      throw ValidationError(
        "--seeds: one number is how many, expected at most \(Self.greatestCount), found \(numbers[0]); two or more, as in "
          + "--seeds \(numbers[0]),\(numbers[0] &- 1), are the seeds themselves.")
    }
  }
}

extension [NumberList<Double>] {
  /// - Throws: `ValidationError` if there are none.
  func requireNumbers(of option: String) throws {
    guard !numbers.isEmpty else {
      throw ValidationError("\(option): expected one number at least, found none.")
    }
  }
}
