import Contrastive
import Foundation
import Testing

@testable import Experiments

@Suite("WorkloadInputs")
struct WorkloadInputsTests {
  @Test("draw standard normal rows and unit queues, the same in every run")
  func random() throws {
    func draw() throws -> (rows: Matrix<Float>, queue: UnitRows<Float>) {
      var inputs = WorkloadInputs(
        folder: nil, size: .init(queries: 300, negatives: 20, dimension: 40))
      return (try inputs.rows("queries", .queries), try inputs.unitRows("queue", .negatives))
    }
    let (rows, queue) = try draw()
    #expect(rows.rowCount == 300 && queue.rowCount == 20 && queue.columnCount == 40)
    let elements = rows.elements.map(Double.init)
    // Means of 12 000 numbers: five standard errors, 1/√n of a normal number and √2/√n of its
    // square.
    let count = Double(elements.count)
    #expect(abs(elements.reduce(0, +) / count) < 5 / count.squareRoot())
    let square = elements.map { $0 * $0 }.reduce(0, +) / count
    #expect(abs(square - 1) < 5 * (2 / count).squareRoot())
    for row in 0..<queue.rowCount {
      let squares = (0..<40).map { queue.matrix[row, $0] * queue.matrix[row, $0] }
      // 40 products and sums, each rounded to half an epsilon of at most 1.
      #expect(abs(squares.reduce(0, +) - 1) < 40 * Float.ulpOfOne)
    }
    let again = try draw()
    #expect(again.rows == rows && again.queue == queue)
  }

  @Test("give four queries a label, or classes below K")
  func labels() throws {
    func labels(
      _ count: Int, _ kind: WorkloadInputs.LabelKind = .fourEach, classes: Int? = nil
    ) throws -> [Int] {
      var inputs = WorkloadInputs(folder: nil, size: .init(queries: count, negatives: classes))
      return try inputs.labels(kind)
    }
    let classes = try labels(300, .classes, classes: 5)
    #expect(Set(classes) == Set(0..<5) && classes.count == 300)
    #expect(try labels(300, .classes, classes: 5) == classes)
    #expect(try labels(9) == [0, 1, 0, 1, 0, 1, 0, 1, 0])
    #expect(try labels(3) == [0, 0, 0])
  }

  @Test("have the sizes of the other libraries' benchmarks by default")
  func defaults() {
    let size = WorkloadInputs(folder: nil, size: .init()).size
    #expect(size.queries == 256 && size.negatives == 65_536 && size.dimension == 128)
  }
}

@Suite("Times")
struct TimesTests {
  @Test("have the middle one for median, or the mean of the middle two")
  func median() throws {
    #expect(Times([]) == nil)
    let odd = try #require(Times([3, 1, 2]))
    #expect(odd.min == 1 && odd.median == 2 && odd.max == 3)
    #expect(Times([4, 1, 2, 3])?.median == 2.5)
  }
}
