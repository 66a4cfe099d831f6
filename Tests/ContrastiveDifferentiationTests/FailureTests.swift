import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

@Suite("Differentiable functions that cannot be computed")
struct FailureTests {
  let x = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
  let loss = CLIP(temperature: 0.1)

  @Test("throw the loss's own error, in a derivative too")
  func thrown() {
    let broken = x.replacing(2, 1, by: .nan)
    #expect(throws: ContrastiveError(.texts, row: 2, .notFinite)) {
      try throwingFailures { loss(images: x, texts: broken) }
    }
    #expect(throws: ContrastiveError(.texts, row: 2, .notFinite)) {
      try throwingFailures {
        valueWithGradient(at: x) { x in 2 * loss(images: x, texts: broken) }
      }
    }
    #expect(
      throws: ContrastiveError(
        .texts, .count(.row, found: 3, expected: .exactly(4, .as(.images))))
    ) {
      try throwingFailures {
        gradient(at: x) { x in loss(images: x, texts: x.rows(0..<3)) }
      }
    }
  }

  @Test("go on in a task that was cancelled, unless somebody waits for the error")
  func cancelled() async throws {
    let (x, loss) = (x, loss)
    let expected = gradient(at: x) { x in loss(images: x, texts: x) }
    let found = try await withCancelledTask {
      #expect(throws: ContrastiveError(.task, .cancelled)) {
        try throwingFailures { gradient(at: x) { x in loss(images: x, texts: x) } }
      }
      return gradient(at: x) { x in loss(images: x, texts: x) }
    }
    #expect(found == expected)
  }

  @Test("throw where shapes of a sum do not fit")
  func sums() {
    #expect(
      throws: ContrastiveError(
        .other, .shape(found: .init(3, 3), expected: .init(4, 3)))
    ) {
      try throwingFailures {
        gradient(at: x) { x in loss(images: x, texts: x - x.rows(0..<3)) }
      }
    }
  }

  @Test("throw the first error, and nothing where nothing fails")
  func first() throws {
    let broken = x.replacing(0, 0, by: .infinity)
    #expect(throws: ContrastiveError(.x, row: 0, .notFinite)) {
      try throwingFailures { loss(images: Similarity.dot(broken, x), texts: x) }
    }
    let gradients = try throwingFailures { gradient(at: x) { x in loss(images: x, texts: x) } }
    #expect(gradients == gradient(at: x) { x in loss(images: x, texts: x) })
  }

  @Test("throw from the inner of two calls only")
  func nested() throws {
    let broken = x.replacing(0, 0, by: .infinity)
    let value = try throwingFailures {
      #expect(throws: ContrastiveError.self) {
        try throwingFailures { loss(images: broken, texts: x) }
      }
      return loss(images: x, texts: x)
    }
    #expect(value > 0)
  }

  @Test("leave a temperature where it was")
  func temperature() {
    var moved = loss
    #expect(throws: ContrastiveError.self) {
      try throwingFailures { moved.move(by: .init(logScale: 1e4)) }
    }
    #expect(moved == loss)
  }

  @Test("stop the program outside")
  func trap() async {
    await #expect(processExitsWith: .failure) {
      let x = Matrix<Double>(rowCount: 2, columnCount: 2) { _, _ in .nan }
      _ = CLIP(temperature: 0.1)(images: x, texts: x)
    }
  }
}
