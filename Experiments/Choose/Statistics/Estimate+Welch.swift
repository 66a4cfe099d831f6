/// Intervals of 95 % by Student's t, of numbers whose error has several independent parts.
extension Estimate {
  /// A part of a number's square error, estimated by a sample of its own.
  struct ErrorPart: Hashable, Sendable {
    let square: Double
    let degrees: Int

    /// That of the mean of a sample; nil of one number, whose error is not known.
    init?(ofMean sample: [Double]) {
      guard sample.count > 1 else { return nil }
      square = sample.standardError * sample.standardError
      degrees = sample.count - 1
    }
  }

  /// A number with an interval of 95 %.
  ///
  /// ```
  /// h = t(ν)·√(Σ eᵢ²),     ν = (Σ eᵢ²)² / Σ (eᵢ⁴/νᵢ)
  /// ```
  /// Degrees of freedom are rounded down, which makes it wider.
  ///
  /// - Parameters:
  ///   - parts: Those of its square error; without any the number may be anything.
  ///   - family: Of how many numbers like it one is picked, or all are to be right at once: by Bonferroni.
  /// - Source: Welch 1947; Satterthwaite 1946.
  init(_ value: Double, errorParts parts: [ErrorPart], family: Int = 1) {
    let square = parts.reduce(0) { $0 + $1.square }
    guard !parts.isEmpty else {
      self.init(value: value, halfWidth: .infinity)
      return
    }
    guard square > 0 else {
      self.init(value: value, halfWidth: square.isNaN ? .nan : 0)
      return
    }
    let degrees =
      square * square / parts.reduce(0) { $0 + $1.square * $1.square / Double($1.degrees) }
    let t = StudentT.quantile(
      twoSided: 1 - 0.05 / Double(max(1, family)), degrees: max(1, Int(degrees.nextUp)))
    self.init(value: value, halfWidth: t * square.squareRoot())
  }

  /// The mean of what seeds came to.
  init(meanOf seeds: [Double]) {
    self.init(seeds.mean, errorParts: [seeds].compactMap(ErrorPart.init(ofMean:)))
  }

  /// What the mean of seeds is above that of others, compared seed by seed: of the same seed both begin alike.
  ///
  /// - Precondition: As many of both.
  init(_ seeds: [Double], less others: [Double], family: Int = 1) {
    precondition(seeds.count == others.count, "compared seed by seed")
    let differences = zip(seeds, others).map { $0 - $1 }
    self.init(
      differences.mean, errorParts: [differences].compactMap(ErrorPart.init(ofMean:)),
      family: family)
  }

  /// Whether it is above 0; nil if its interval does not tell.
  var isPositive: Bool? { value > halfWidth ? true : value < -halfWidth ? false : nil }

  /// A difference with its interval: `−0.019 ± 0.012`, of as many digits as show on which side of 0 the interval ends.
  var differenceText: String {
    let sign = value < 0 ? "−" : "+"
    guard halfWidth.isFinite else {
      return "\(sign)\(abs(value).text(digits: 2)) of one seed, whose error is not known"
    }
    let digits = (2...6).first { digits in
      abs(value).text(digits: digits) != halfWidth.text(digits: digits)
    }
    let texts = [abs(value), halfWidth].map { $0.text(digits: digits ?? 2) }
    return "\(sign)\(texts[0]) ± \(texts[1])"
  }

  /// Half the interval's width for a table: nil where it is not known.
  var knownHalfWidth: Double? { halfWidth.isFinite ? halfWidth : nil }
}
