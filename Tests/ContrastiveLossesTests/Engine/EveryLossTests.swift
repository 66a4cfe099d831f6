import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Every loss of the engines")
struct EveryLossTests {
  @Test(
    "stays finite, and in Float right, from τ = 1e-3 to 1e3", arguments: LossSubject.allCases,
    [1e-3, 0.01, 1, 1e3])
  func extremeTemperatures(_ subject: LossSubject, temperature: Double) throws {
    let plain = subject.plain(rows: 7, columns: 9, dimension: 6, temperature: temperature)
    let double = try subject.answer(plain, as: Double.self)
    let float = try subject.answer(plain, as: Float.self)
    #expect(double.terms.allSatisfy { $0.isFinite })
    for gradient in [double, float].flatMap(\.gradients.values) {
      #expect(gradient.allSatisfy { $0.isFinite })
    }
    var arrays = float
    for name in ["temperature", "scale", "logitScale", "bias"] { arrays.gradients[name] = nil }
    arrays.expectClose(
      to: double, tolerance: TestSupport.Tolerance(temperature: temperature, scalar: Float.self),
      lossSize: subject.isDifference ? 1 / temperature : 1e-3, gradientSize: 0.1 / temperature,
      "\(subject)")
  }

  @Test("gives a zero row the gradient 0", arguments: LossSubject.allCases)
  func zeroRows(_ subject: LossSubject) throws {
    var plain = subject.plain(rows: 5, columns: 6)
    for (name, matrix) in plain.inputs where matrix.rowCount > 1 {
      plain.inputs[name] = Matrix(
        rowCount: matrix.rowCount, columnCount: matrix.columnCount
      ) { $0 == 2 ? 0 : matrix[$0, $1] }
    }
    for answer in [
      try subject.answer(plain, as: Double.self), try subject.answer(plain, as: Float.self),
    ] {
      #expect(answer.loss.isFinite && answer.terms.allSatisfy { $0.isFinite })
      for (name, gradient) in answer.gradients {
        #expect(gradient.allSatisfy { $0.isFinite })
        guard plain.inputs[name] != nil, gradient.count > 1 else { continue }
        #expect(gradient[6..<9].allSatisfy { $0 == 0 }, "\(name)")
        #expect(gradient.contains { $0 != 0 }, "\(name)")
      }
    }
  }

  // What malloc's own caches serve (arrays of a number per row) is not counted; see `Workspace`.
  @Test("asks the system for no memory in its third step", arguments: LossSubject.allCases)
  func steadyState(_ subject: LossSubject) throws {
    let plain = subject.plain(
      // Of triplets there are as many as rows cubed.
      rows: subject == .semiHard ? 128 : 300, columns: subject == .paired ? 3 : 350,
      // The least that a workspace keeps is 64 KiB.
      dimension: subject == .semiHard ? 128 : 64,
      temperature: 0.05)
    var options = ComputeOptions(threads: 1)
    options.workspace = Workspace(retaining: 1 << 30)
    for _ in 0..<2 { _ = try subject.answer(plain, as: Float.self, options: options) }
    let count = options.workspace.allocationCount
    #expect(count > 0)
    _ = try subject.answer(plain, as: Float.self, options: options)
    #expect(options.workspace.allocationCount == count)
  }
}
