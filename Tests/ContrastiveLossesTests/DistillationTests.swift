import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Distillation")
struct DistillationTests: PlainReferenceSuite {
  static let cases = Reference.named("distillation").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = Distillation(temperature: try Temperature(try reference.number("temperature")))
    return Answer(
      try loss.valueWithGradient(
        studentLogits: try reference.matrix("studentLogits", as: scalar),
        teacherLogits: try reference.matrix("teacherLogits")))
  }

  static let student: Matrix<Double> = [[1, 5, 7, 10]]
  static let teacher: Matrix<Double> = [[2, 4, 9, 9]]

  // Seven digits, printed with a quarter of a unit of the last to spare.
  @Test(
    "tends to half the mean square of the centred difference",
    arguments: zip(
      [1, 2, 4, 10, 100, 1000], [0.8533301, 1.0060099, 1.0040740, 0.9300675, 0.8534917, 0.8447334]))
  func quadraticLimit(temperature: Double, expected: Double) throws {
    let step = try Distillation(temperature: try Temperature(temperature)).valueWithGradient(
      studentLogits: Self.student, teacherLogits: Self.teacher)
    #expect(abs(step.value - expected) < 0.75e-7)
    // The differences 1, −1, 2, −1 have mean ¼ and variance 1.6875, half of which is the limit.
    guard temperature == 1000 else { return }
    #expect(abs(step.value - 0.84375) < 1e-3)
  }

  @Test("loses no digits for nearly equal logits", arguments: [1, 1000])
  func nearlyEqual(temperature: Double) throws {
    // Differences δ = 2⁻²⁰·d, exact sums: T²KL = Var_p(δ)/2 to a relative δ/T.
    let delta = 0x1p-20
    let student: Matrix<Double> = [[1 + delta, 2, 3 - delta]]
    let teacher: Matrix<Double> = [[1, 2, 3]]
    let step = try Distillation(temperature: try Temperature(temperature)).valueWithGradient(
      studentLogits: student, teacherLogits: teacher)
    let p = Softmax(temperature: try Temperature(temperature)).probabilities(of: [1.0, 2, 3])
    let variance = p[0] + p[2] - (p[0] - p[2]) * (p[0] - p[2])
    let expected = delta * delta * variance / 2
    #expect(abs(step.value / expected - 1) < 2 * delta)
    #expect(step.value > 0)
    // T·(q − p) is p·(δ − E_p δ) to the same order.
    let mean = delta * (p[0] - p[2])
    let slopes = try #require(step.gradient.studentLogits)
    for (c, d) in [delta, 0, -delta].enumerated() {
      #expect(abs(slopes[0, c] - p[c] * (d - mean)) < 2 * delta * delta)
    }
  }

  @Test("gradients equal central differences on both branches", arguments: [0.2, 1, 50])
  func finiteDifferences(temperature: Double) throws {
    let loss = Distillation(temperature: try Temperature(temperature))
    func value(_ student: Matrix<Double>, _ teacher: Matrix<Double>) throws -> Double {
      try loss.valueWithGradient(studentLogits: student, teacherLogits: teacher, of: []).value
    }
    let step = try loss.valueWithGradient(
      studentLogits: Self.student, teacherLogits: Self.teacher)
    let h = finiteDifferenceStep * max(1, temperature)
    let size = max(step.value, 1) / min(1, temperature)
    expectClose(
      step.gradient.studentLogits?.elements,
      try TestSupport.finiteDifferences(of: Self.student, step: h) {
        try value($0, Self.teacher)
      }, size: size, tolerance: 10 * finiteDifferenceTolerance, "student")
    expectClose(
      step.gradient.teacherLogits?.elements,
      try TestSupport.finiteDifferences(of: Self.teacher, step: h) {
        try value(Self.student, $0)
      }, size: size, tolerance: 10 * finiteDifferenceTolerance, "teacher")
  }

  @Test("at a teacher's own temperature moves by the student's alone", arguments: [0.5, 4])
  func teacherTemperature(temperature: Double) throws {
    func value(_ student: Matrix<Double>, _ teacher: Matrix<Double>, at tau: Double) throws
      -> Double
    {
      try Distillation(temperature: Temperature(tau), teacherTemperature: 2).valueWithGradient(
        studentLogits: student, teacherLogits: teacher, of: []
      ).value
    }
    let step = try Distillation(
      temperature: Temperature(temperature), teacherTemperature: 2
    ).valueWithGradient(studentLogits: Self.student, teacherLogits: Self.teacher)
    let (h, size) = (finiteDifferenceStep, 10 * max(1, step.value))
    expectClose(
      step.gradient.studentLogits?.elements,
      try TestSupport.finiteDifferences(of: Self.student, step: h) {
        try value($0, Self.teacher, at: temperature)
      }, size: size, tolerance: 10 * finiteDifferenceTolerance, "student")
    expectClose(
      step.gradient.teacherLogits?.elements,
      try TestSupport.finiteDifferences(of: Self.teacher, step: h) {
        try value(Self.student, $0, at: temperature)
      }, size: size, tolerance: 10 * finiteDifferenceTolerance, "teacher")
    let (above, below) = (
      try value(Self.student, Self.teacher, at: temperature + h),
      try value(Self.student, Self.teacher, at: temperature - h)
    )
    expectClose(
      step.gradient.temperature, (above - below) / (2 * h), size: size,
      tolerance: 10 * finiteDifferenceTolerance, "T")
  }

  @Test("from a teacher to itself is 0, and what was not asked for nil")
  func equal() throws {
    let logits = Matrix<Float>.random(rowCount: 3, columnCount: 5, seed: 1)
    let step = try Distillation(temperature: 3).valueWithGradient(
      studentLogits: logits, teacherLogits: logits, of: .studentLogits)
    #expect(step.value == 0)
    #expect(step.gradient.studentLogits == Matrix(rowCount: 3, columnCount: 5))
    #expect(step.gradient.teacherLogits == nil)
    #expect(step.gradient.temperature == nil)
  }

  // By 60-digit arithmetic: the divergence of a student that is all but right, and far off for one
  // class of which the teacher is all but sure that it is wrong.
  @Test(
    "keeps its digits where one rare class is far off",
    arguments: [
      ([0, 0.3, -30] as [Double], [1e-6, 0.3, -28] as [Double], 2.9701032998803056e-13),
      ([0, 0.3, -20], [1e-5, 0.3, -18], 3.862012858996275e-09),
    ])
  func rareClass(teacher: [Double], student: [Double], divergence: Double) throws {
    let step = try Distillation(temperature: 1).valueWithGradient(
      studentLogits: Matrix(rows: [student]), teacherLogits: Matrix(rows: [teacher]))
    // 1e-6 − 0 is known to half an ulp of 0.3, 3e-11 of itself, and enters squared.
    #expect(abs(step.value - divergence) <= 1e-9 * divergence)
  }

  // T² is no Double, and T²·KL is: half the mean square of the centred differences −1, 1, −2, 1, as for every large T;
  // T·(q − p) tends to the centred differences themselves, times p = ¼.
  @Test("has its limits where T² is infinite, or 0", arguments: [1e155, 1e160, 1e300])
  func extremeTemperatures(temperature: Double) throws {
    func step(_ temperature: Double) throws -> LossStep<Double, Distillation.Gradient<Double>> {
      try Distillation(temperature: Temperature(temperature)).valueWithGradient(
        studentLogits: Self.student, teacherLogits: Self.teacher)
    }
    let hot = try step(temperature)
    expectClose(hot.value, 0.84375, size: 1, tolerance: 1e-14, "T²·KL")
    expectClose(
      hot.gradient.studentLogits?.elements, [-0.1875, 0.3125, -0.4375, 0.3125], size: 1,
      tolerance: 1e-14, "student")
    // The teacher's two best share all, and the student is 3 below its best at one of them: T·KL → 3/2.
    let cold = try step(1e-160)
    expectClose(cold.value / 1e-160, 1.5, size: 1, tolerance: 1e-14, "T·KL")
  }

  @Test("refuses what is not finite, as the cross-entropy does")
  func overflow() throws {
    let (one, other): (Matrix<Double>, Matrix<Double>) = (
      [[0, 1], [1e300, 0]], [[1, 0], [0, 1e300]]
    )
    expectRefusal(
      "studentLogits: expected numbers whose divergence is finite in Double arithmetic, "
        + "found others in row 1"
    ) {
      _ = try Distillation(temperature: 1e-100).valueWithGradient(
        studentLogits: one, teacherLogits: other)
    }
    #expect(throws: ContrastiveError.self) {
      try SoftmaxCrossEntropy(temperature: 1e-100).value(logits: one, labels: [0, 0])
    }
    // T²·KL is a Double, and no Float.
    let (x, y): (Matrix<Float>, Matrix<Float>) = ([[1e38, 0]], [[0, 1e38]])
    let loss = Distillation(temperature: 1e10)
    expectRefusal(
      "studentLogits: expected numbers whose divergence is finite in Float arithmetic, "
        + "found others in row 0"
    ) { _ = try loss.valueWithGradient(studentLogits: x, teacherLogits: y) }
    #expect(
      try loss.value(
        studentLogits: x.converted() as Matrix<Double>, teacherLogits: y.converted()
      ).isFinite)
    // A teacher's scores are named as they are called.
    let scores: Matrix<Double> = [[0, 1e300], [1e300, 0]]
    let tokens = TokenRows(vectors: [[1, 0], [0, 1]] as Matrix<Double>)
    expectRefusal(
      "teacherScores: expected numbers whose divergence is finite in Double arithmetic, "
        + "found others in row 0"
    ) {
      _ = try MaxSimDistillation(temperature: 1e-100).value(
        queries: tokens, documents: tokens, teacherScores: scores)
    }
  }
}
