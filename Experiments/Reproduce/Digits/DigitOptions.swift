import ArgumentParser

/// How much the digits are asked.
struct DigitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many of the \(Digits.testCount) test digits are named.", valueName: "n"))
  var testDigits = Digits.testCount

  func validate() throws {
    guard (1...Digits.testCount).contains(testDigits) else {
      throw ValidationError(
        "--test-digits: expected 1 to \(Digits.testCount), found \(testDigits).")
    }
  }

  /// What encoders are asked, after being trained on its `training`.
  func exam() throws -> DigitExam {
    let (training, test) = try Digits.load()
    return try DigitExam(training: training, test: test.rows(0..<testDigits))
  }
}
