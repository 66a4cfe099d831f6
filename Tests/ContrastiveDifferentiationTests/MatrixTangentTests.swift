import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

@Suite("Matrices as tangent vectors")
struct MatrixTangentTests {
  let a: Matrix<Double> = [[1, 2], [3, 4]]
  let b: Matrix<Double> = [[0.5, -1], [2, 8]]

  @Test("add and subtract by element, with a zero of any shape")
  func arithmetic() {
    #expect(a + b == [[1.5, 1], [5, 12]])
    #expect(a - b == [[0.5, 3], [1, -4]])
    #expect(a + .zero == a && .zero + a == a && a - .zero == a)
    #expect(.zero - a == [[-1, -2], [-3, -4]])
    #expect(.zero + .zero == Matrix<Double>.zero)
    var sum = a
    sum += b
    sum -= a
    #expect(sum == b)
    sum.move(by: a)
    #expect(sum == a + b)
  }

  @Test("have the derivatives of their sums and differences")
  func derivatives() {
    let loss = CLIP(temperature: 0.5)
    let whole = gradient(at: a, b) { a, b in loss(images: a - b, texts: b + b) }
    let parts = gradient(at: a - b, b + b) { x, y in loss(images: x, texts: y) }
    #expect(whole.0 == parts.0)
    #expect(whole.1 == (.zero - parts.0) + (parts.1 + parts.1))
  }

  @Test("go back to the rows they were of")
  func rows() throws {
    let x = Matrix<Double>.random(rowCount: 8, columnCount: 3, seed: 1)
    let loss = NTXent(temperature: 0.5)
    let slopes = gradient(at: x) { x in loss(viewA: x.rows(0..<4), viewB: x.rows(4..<8)) }
    let step = try loss.valueWithGradient(viewA: x.rows(0..<4), viewB: x.rows(4..<8))
    let (a, b) = (try #require(step.gradient.viewA), try #require(step.gradient.viewB))
    #expect(slopes == a.followed(by: b))
  }

  @Test("move negatives, which are raw from then on")
  func negatives() throws {
    var negatives = Negatives<Double>.shared(a)
    negatives.move(by: b)
    let loss = InfoNCE(temperature: 0.5)
    #expect(
      loss(queries: a, positives: b, negatives: negatives)
        == loss(queries: a, positives: b, negatives: .shared(a + b)))
    #expect(throws: ContrastiveError.self) {
      try throwingFailures { negatives.move(by: [[1]]) }
    }
  }
}
