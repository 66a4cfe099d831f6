import ContrastiveEmbeddings
import Testing

@Suite("Sums and differences of matrices")
struct MatrixOperatorsTests {
  let a: Matrix<Float> = [[1, 2], [3, 4]]
  let b: Matrix<Float> = [[0.5, -1], [2, 8]]

  @Test("are those of the elements, and need no differentiable programming")
  func elements() {
    #expect(a + b == [[1.5, 1], [5, 12]] && a - b == [[0.5, 3], [1, -4]])
    var sum = a
    sum += b
    #expect(sum == a + b)
    sum -= b
    #expect(sum == a)
    #expect([a, b, a].reduce(.zero, +) == a + b + a)
    #expect(.zero - a == a.multiplied(by: -1))
  }

  @Test("of other shapes stop the program")
  func shapes() async {
    await #expect(processExitsWith: .failure) {
      _ = ([[1, 2]] as Matrix<Float>) + [[1], [2]]
    }
  }
}
