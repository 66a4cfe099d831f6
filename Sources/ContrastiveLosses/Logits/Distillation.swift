public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels
import RealModule

/// Hinton's distillation loss: how far a student's softened probabilities are from a teacher's.
///
/// ```
/// p = softmax(teacher/T′),  q = softmax(student/T)
/// Lᵢ = T² Σ_c p_c (log p_c − log q_c),    loss = 1/n Σᵢ Lᵢ
/// ```
/// T′ is T unless the teacher has a temperature of its own, which is
/// constant. The factor T² keeps the gradient, dL/dstudent = T·(q − p)/n,
/// of one size as T grows; for T = T′ → ∞ the loss tends to half the mean
/// square of the centred logits' difference. Natural logarithms; never
/// negative; logits are used as they are.
///
/// - Source: [Hinton et al. 2015](https://arxiv.org/abs/1503.02531), §2.
///   Equals T² times `torch.nn.functional.kl_div(q.log(), p.log(),
///   reduction='batchmean', log_target=True)`, and with the scores of a
///   query's candidates as logits sentence-transformers 6.2.0's
///   `DistillKLDivLoss`; ``MaxSimDistillation`` computes these from
///   embeddings. For cosines within a batch, both ways and as a
///   cross-entropy, there is ``EmbeddingDistillation``.
public struct Distillation: Hashable, Sendable {
  /// T.
  public var temperature: Temperature

  /// T′ of the teacher, one for all rows; `nil` where it is T.
  public var teacherTemperature: Temperature?

  /// Creates the loss.
  public init(temperature: Temperature, teacherTemperature: Temperature? = nil) {
    self.temperature = temperature
    self.teacherTemperature = teacherTemperature
  }

  /// What the loss can be differentiated by.
  public struct Variables: TemperatureVariables {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The student's logits.
    public static let studentLogits = Variables(rawValue: 1)
    /// The teacher's logits.
    public static let teacherLogits = Variables(rawValue: 2)
    /// Both logits, and the temperature in its three readings.
    public static let all: Variables = [
      .studentLogits, .teacherLogits, .temperature, .scale, .logScale,
    ]
  }

  /// Derivatives of the loss; what was not asked for is `nil`.
  public struct Gradient<Scalar: EmbeddingScalar>: TemperedGradient {
    /// dL/dstudent, of the shape of the logits.
    public internal(set) var studentLogits: Matrix<Scalar>?
    /// dL/dteacher, of the shape of the logits.
    public internal(set) var teacherLogits: Matrix<Scalar>?
    /// dL/dT, the factor T² included, and by 1/T and its logarithm; with the teacher's where that is T.
    public internal(set) var byTemperature = TemperatureGradient<Scalar>()

    public var byArrays: [NamedGradient<Scalar>] {
      [("studentLogits", studentLogits), ("teacherLogits", teacherLogits)]
    }
  }

  /// Returns the loss and its gradient.
  ///
  /// - Parameters:
  ///   - studentLogits: `n × C`, at least one row and one class.
  ///   - teacherLogits: `n × C`.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the rows' terms.
  ///   - options: Threads.
  /// - Throws: `ContrastiveError` if shapes do not fit, a row holds a NaN or an infinity, or its loss or gradient is not
  ///   finite, as where its logits divided by T are not.
  /// - Complexity: O(n·C), in double precision; memory for two gradients in it.
  public func valueWithGradient<Scalar: EmbeddingScalar>(
    studentLogits: Matrix<Scalar>, teacherLogits: Matrix<Scalar>, of variables: Variables = .all,
    reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Scalar, Gradient<Scalar>> {
    let student = try AnyEmbeddings(studentLogits, named: .studentLogits)
    let teacher = try AnyEmbeddings(teacherLogits, named: .teacherLogits)
    try teacher.requireShape(as: student)
    let (n, count) = (student.rowCount, student.columnCount)
    let weights = try LossPass(reduction: reduction, options: options).weights(termCount: n)

    var gradient = Gradient<Scalar>()
    func zeros(_ variable: Variables) -> Matrix<Scalar>? {
      variables.contains(variable) ? Matrix(rowCount: n, columnCount: count) : nil
    }
    gradient.studentLogits = zeros(.studentLogits)
    gradient.teacherLogits = zeros(.teacherLogits)
    try temperature.requireValid()
    if let own = temperature.rowScales, own.count != n {
      throw .init(.temperatures, .count(found: own.count, expected: .exactly(n, .as(student.name))))
    }
    if let teacherTemperature {
      guard !teacherTemperature.isIndividual else {
        throw .init(
          .teacherTemperature,
          .choice(found: "temperatures of rows", expected: "one: the teacher is what it is"))
      }
      try teacherTemperature.requireValid(as: .teacherTemperature)
    }
    let divergences = try SharedWork(options).map(n) {
      [temperature, teacherTemperature] _, row in
      SoftmaxDivergence(
        teacher: teacherLogits.rows(row..<row + 1).elements.map { Double($0) },
        student: studentLogits.rows(row..<row + 1).elements.map { Double($0) },
        temperature: temperature.ofRow(row), teacherTemperature: teacherTemperature)
    }
    var (terms, value, logScaleSlopes): ([Scalar], Double, [Double]) = ([], 0, [])
    for (row, divergence) in divergences.enumerated() {
      guard divergence.isFinite(as: Scalar.self) else {
        throw .init(
          .studentLogits, row: row,
          .choice(
            found: "others",
            expected: "numbers whose divergence is finite in \(Scalar.self) arithmetic"))
      }
      let term = divergence.scaledValue
      terms.append(Scalar(term))
      value += weights[row] * term
      logScaleSlopes.append(weights[row] * divergence.logScaleSlope)
      for c in 0..<count {
        gradient.studentLogits?[row, c] = Scalar(weights[row] * divergence.studentSlopes[c])
        gradient.teacherLogits?[row, c] = Scalar(weights[row] * divergence.teacherSlopes[c])
      }
    }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: logScaleSlopes, at: temperature, of: variables)
    return LossStep(value: Scalar(value), terms: terms, gradient: gradient, diagnostics: nil)
  }
}

/// T² KL(p ‖ q) of one row, and its slopes.
///
/// With the log-ratio r = log(p/q) = KL − v, v = u − Σ p·u, u = student/T − teacher/T′,
/// ```
/// KL = log Σ p·exp(v)
///    = log(1 + Σ p·(exp(v) − 1 − v)),   since Σ p·v = 0
/// q − p = p·(exp(v − KL) − 1)
/// ```
/// Every term of the first sum is positive: nothing cancels however close the two are, where
/// Σ p (log p − log q) is lost in rounding once T² amplifies it (T = 1000). Only where exp(v) would
/// overflow is the plain form taken; KL is far from 0 there unless p is all but 0. Where the sum is below the rounding of
/// 1, KL is that sum, whose squares T² multiplies before they can vanish.
private struct SoftmaxDivergence: Sendable {
  private(set) var scaledValue = 0.0
  private(set) var studentSlopes: [Double] = []
  private(set) var teacherSlopes: [Double] = []
  private(set) var logScaleSlope = 0.0

  init(
    teacher: [Double], student: [Double], temperature: Temperature,
    teacherTemperature: Temperature?
  ) {
    let tau = temperature.value
    let softmax = Softmax(temperature: temperature)
    let ofTeacher = Softmax(temperature: teacherTemperature ?? temperature)
    let p = ofTeacher.probabilities(of: teacher)
    // The difference first: of logits that are nearly equal it is exact.
    let u = zip(student, teacher).map { own, other in
      teacherTemperature.map { own / tau - other / $0.value } ?? (own - other) / tau
    }
    let meanU = zip(p, u).reduce(0) { $0 + $1.0 * $1.1 }
    let v = u.map { $0 - meanU }
    let divergence: Double
    let difference: [Double]
    let ratio: [Double]
    if v.allSatisfy({ $0 < 700 }) {
      let excess = zip(p, v).reduce(0) {
        $0 + $1.0 * Self.exponentialExcess($1.1, timesSquareOf: 1)
      }
      divergence = .log(onePlus: excess)
      scaledValue =
        excess < .ulpOfOne / 2
        ? zip(p, v).reduce(0) { $0 + $1.0 * Self.exponentialExcess($1.1, timesSquareOf: tau) }
        : tau * (tau * divergence)
      let kl = divergence
      difference = zip(p, v).map { $0 * .expMinusOne($1 - kl) }
      ratio = v.map { kl - $0 }
    } else {
      let logP = ofTeacher.logProbabilities(of: teacher)
      let logQ = softmax.logProbabilities(of: student)
      ratio = zip(logP, logQ).map { $0 - $1 }
      divergence = max(0, zip(p, ratio).reduce(0) { $0 + $1.0 * $1.1 })
      scaledValue = tau * (tau * divergence)
      difference = zip(p, softmax.probabilities(of: student)).map { $1 - $0 }
    }
    let kl = divergence
    studentSlopes = difference.map { tau * $0 }
    // T² itself may be infinite, or 0.
    let ofTeachers = tau * (tau / (teacherTemperature ?? temperature).value)
    teacherSlopes = zip(p, ratio).map { ofTeachers * $0 * ($1 - kl) }
    // By log s = −log T: the factor T² gives −2; logits/T give the logits times their slopes.
    logScaleSlope = -2 * scaledValue
    for c in p.indices {
      logScaleSlope += studentSlopes[c] * student[c]
      if teacherTemperature == nil { logScaleSlope += teacherSlopes[c] * teacher[c] }
    }
  }

  /// Whether the term and its derivatives are.
  func isFinite<Scalar: EmbeddingScalar>(as scalar: Scalar.Type) -> Bool {
    ([scaledValue, logScaleSlope] + studentSlopes + teacherSlopes)
      .allSatisfy { Scalar($0).isFinite }
  }

  /// T²·(exp(v) − 1 − v), to full relative precision.
  private static func exponentialExcess(_ v: Double, timesSquareOf tau: Double) -> Double {
    guard abs(v) < 0.25 else { return tau * (tau * (.expMinusOne(v) - v)) }
    // v²/2 · (1 + v/3 · (1 + v/4 · (…))): the term left out is below 0.25¹²·2/14! ≈ 1e-18.
    var series = 1.0
    for k in stride(from: 13.0, through: 3, by: -1) { series = 1 + v / k * series }
    return (tau * v) * (tau * v) / 2 * series
  }
}
