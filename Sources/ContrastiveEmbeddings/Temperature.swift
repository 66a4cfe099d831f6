import RealModule

/// The temperature τ of a softmax over similarities, and with it NormFace's scale s = 1/τ.
///
/// ```
/// p(j) = exp(cⱼ/τ) / Σₖ exp(cₖ/τ)
///      = exp(s·cⱼ) / Σₖ exp(s·cₖ),    s = ℓ² = 1/τ
/// ```
/// One value, three readings: MoCo's τ, NormFace's s (the *square* of the length ℓ to which
/// features and class weights are scaled), and CLIP's learned parameter log s. A loss reports its
/// derivative by each of them; they differ by a factor:
/// ```
/// dL/d(log s) = s · dL/ds = −τ · dL/dτ
/// ```
/// A literal is a temperature: `InfoNCE(temperature: 0.07)`. It is taken as written, so
/// `Temperature(-0.1)` is none (`isValid` tells): whatever throws, a loss foremost, refuses it with
/// an error, and whatever does not, as a schedule or `Softmax`, stops with one. Values known only at
/// run time go through a throwing initialiser, from any kind of floating-point number.
///
/// Any positive τ with a finite reciprocal is accepted. Losses are tested from 1e-3 to 1e3.
///
/// - Source: [He et al. 2020](https://arxiv.org/abs/1911.05722), eq. 1;
///   [Wang et al. 2017](https://arxiv.org/abs/1704.06369), eq. 6;
///   [Radford et al. 2021](https://arxiv.org/abs/2103.00020), §2.5.
public struct Temperature: Hashable, Sendable {
  /// τ: larger is softer. Positive and finite. Of individual temperatures the geometric mean.
  public let value: Double

  /// NormFace's s = ℓ² = 1/τ, CLIP's `logit_scale.exp()`. Of individual temperatures the geometric mean.
  public let scale: Double

  /// The scale of every row, where each has a temperature of its own; `nil` where one is for all.
  public let rowScales: [Double]?

  /// log s, the parameter CLIP learns.
  public var logScale: Double { .log(scale) }

  /// Creates the temperature τ.
  ///
  /// - Throws: `ContrastiveError` unless τ and 1/τ are positive and finite.
  public init(_ value: Double) throws(ContrastiveError) {
    try self.init(value: value, scale: 1 / value, given: value, as: .temperature)
  }

  /// Creates the temperature 1/s from NormFace's scale s.
  ///
  /// - Throws: `ContrastiveError` unless s and 1/s are positive and finite.
  public init(scale: Double) throws(ContrastiveError) {
    try self.init(value: 1 / scale, scale: scale, given: scale, as: .scale)
  }

  /// Creates the temperature exp(−log s) from CLIP's parameter log s.
  ///
  /// - Throws: `ContrastiveError` unless exp(log s) and its reciprocal are positive and
  ///   finite.
  public init(logScale: Double) throws(ContrastiveError) {
    let scale = Double.exp(logScale)
    try self.init(value: 1 / scale, scale: scale, given: logScale, as: .logScale)
  }

  private init(
    value: Double, scale: Double, given: Double, as argument: ContrastiveError.Argument
  ) throws(ContrastiveError) {
    guard Self.isValid(value, scale) else {
      throw .init(
        argument,
        .number(
          found: given, expected: argument == .logScale ? .from(-709.78, to: 709.78) : .positive))
    }
    self.value = value
    self.scale = scale
    rowScales = nil
  }

  private static func isValid(_ value: Double, _ scale: Double) -> Bool {
    value > 0 && scale > 0 && value.isFinite && scale.isFinite
  }

  /// Whether τ and 1/τ are positive and finite, as they are but of a literal like −0.1.
  public var isValid: Bool { Self.isValid(value, scale) }

  /// - Throws: `ContrastiveError` for a literal that is no temperature.
  package func requireValid(
    as argument: ContrastiveError.Argument = .temperature
  ) throws(ContrastiveError) {
    guard isValid else {
      throw .init(argument, .number(found: value, expected: .positive))
    }
  }

  /// Itself.
  ///
  /// - Precondition: It is valid.
  package var checked: Temperature {
    // Not `precondition`, whose line an optimised program does not print.
    guard isValid else {
      fatalError("temperature: expected a positive finite number, found \(value)")
    }
    return self
  }

  // MARK: Other kinds of numbers

  /// Creates the temperature τ.
  ///
  /// - Throws: As of a `Double`.
  public init<Value: BinaryFloatingPoint>(_ value: Value) throws(ContrastiveError) {
    try self.init(Double(value))
  }

  /// Creates the temperature 1/s from NormFace's scale s.
  ///
  /// - Throws: As of a `Double`.
  public init<Value: BinaryFloatingPoint>(scale: Value) throws(ContrastiveError) {
    try self.init(scale: Double(scale))
  }

  /// Creates the temperature exp(−log s) from CLIP's parameter log s.
  ///
  /// - Throws: As of a `Double`.
  public init<Value: BinaryFloatingPoint>(logScale: Value) throws(ContrastiveError) {
    try self.init(logScale: Double(logScale))
  }

  // MARK: A temperature for each row

  /// Creates a temperature τᵢ for each row: of each query, each class, each sample, as the loss says.
  ///
  /// Learned per sample, or set by how frequent a sample is. Losses give the gradient by them as
  /// `temperatures`, and no floor: bounds refuse them. What else has no rows to match them with (`Softmax`,
  /// limits, schedules) takes their geometric mean.
  ///
  /// - Throws: `ContrastiveError` naming the first that is not positive with a finite reciprocal, or
  ///   where there is none.
  /// - Source: [Qiu et al. 2023](https://arxiv.org/abs/2305.11965), individual temperatures.
  public init(rows values: [Double]) throws(ContrastiveError) {
    try self.init(values, named: .temperatures) { value throws(ContrastiveError) in
      try Temperature(value)
    }
  }

  /// Creates a temperature 1/sᵢ for each row, from scales.
  ///
  /// - Throws: As `init(rows:)`.
  public init(rowScales scales: [Double]) throws(ContrastiveError) {
    try self.init(scales, named: .scales) { scale throws(ContrastiveError) in
      try Temperature(scale: scale)
    }
  }

  /// Creates a temperature exp(−log sᵢ) for each row, from the logarithms of scales.
  ///
  /// - Throws: As `init(rows:)`.
  public init(rowLogScales logScales: [Double]) throws(ContrastiveError) {
    try self.init(logScales, named: .logScales) { logScale throws(ContrastiveError) in
      try Temperature(logScale: logScale)
    }
  }

  /// Whether each row has a temperature of its own.
  public var isIndividual: Bool { rowScales != nil }

  /// The temperature of a row: its own, or the one for all.
  package func ofRow(_ row: Int) -> Temperature {
    rowScales.map { Temperature(trusting: $0[row]) } ?? self
  }

  private init(trusting scale: Double) {
    (value, self.scale, rowScales) = (1 / scale, scale, nil)
  }

  private init(
    _ numbers: [Double], named argument: ContrastiveError.Argument,
    _ temperature: (Double) throws(ContrastiveError) -> Temperature
  ) throws(ContrastiveError) {
    guard !numbers.isEmpty else {
      throw .init(argument, .count(.number, found: 0, expected: .atLeast(1)))
    }
    var scales: [Double] = []
    for (row, number) in numbers.enumerated() {
      do {
        scales.append(try temperature(number).scale)
      } catch {
        throw .init(argument, row: row, error.problem)
      }
    }
    let mean = scales.reduce(0) { $0 + .log($1) } / Double(scales.count)
    scale = .exp(mean)
    value = .exp(-mean)
    rowScales = scales
  }
}

extension Temperature: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// Creates the temperature τ from a literal, which should be positive.
  public init(floatLiteral value: Double) {
    self.value = value
    self.scale = 1 / value
    rowScales = nil
  }

  /// Creates the temperature τ from a literal, which should be positive.
  public init(integerLiteral value: Int) {
    self.init(floatLiteral: Double(value))
  }
}

extension Temperature: CustomStringConvertible {
  public var description: String {
    rowScales.map { "\($0.count) temperatures" } ?? "τ = \(value)"
  }
}
