import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("A loss of one's own, one way")
struct OneWayLossTests {
  /// Terms of the gradient are as large as 2/nτ, with an exponent of 2, and their number is small.
  private func check<Scalar: EmbeddingScalar>(
    _ answer: Answer, _ expected: Answer, as scalar: Scalar.Type, temperature: Double,
    rowCount: Int, _ what: String
  ) {
    answer.expectClose(
      to: expected, tolerance: TestSupport.Tolerance(temperature: temperature, scalar: scalar),
      lossSize: 1, gradientSize: 2 / (Double(rowCount) * temperature), what)
  }

  @Test(
    "equals plain loops with candidates of every kind, in every strategy around tile edges",
    arguments: CustomForm.allCases, CustomProblem.Role.allCases)
  func candidates(_ form: CustomForm, _ role: CustomProblem.Role) throws {
    var turn = 0
    for tile in RowsEngineTests.tiles {
      for (rows, columns) in [
        (tile.rows, tile.columns), (tile.rows + 1, tile.columns + 1), (5, 3),
        (2 * tile.rows + 3, 2 * tile.columns + 3),
      ] {
        let problem = CustomProblem(
          form, role, rows: rows, columns: columns, seed: UInt64(turn) &* 31 &+ 5)
        let plain = problem.plain()
        let expected = plain.answer()
        let variants = ComputeOptions.variants(
          tileRows: tile.rows, tileColumns: tile.columns, turn: turn)
        for options in variants {
          check(
            try problem.answer(as: Double.self, options: options), expected, as: Double.self,
            temperature: plain.finestTemperature, rowCount: rows,
            "\(form) \(role) \(turn) \(options)")
        }
        let options = variants[turn % variants.count]
        check(
          try problem.answer(as: Float.self, options: options), expected, as: Float.self,
          temperature: plain.finestTemperature, rowCount: rows,
          "\(form) \(role) \(turn) \(options) in Float")
        turn += 1
      }
    }
  }

  static let logitMaps: [PlainLogits] = [
    .arctanh, .circle(margin: 0.25), .offset(base: 0.5),
  ]

  /// The plain loops are of dual numbers, which hold the circle's factor constant.
  @Test(
    "equals plain loops with logits of every map", arguments: logitMaps, CustomProblem.Role.allCases
  )
  func maps(_ logits: PlainLogits, _ role: CustomProblem.Role) throws {
    var turn = 0
    for form in CustomForm.allCases where !form.usesTotals && !form.dependsOnScale {
      for tile in RowsEngineTests.tiles {
        let problem = CustomProblem(
          form, role, rows: 2 * tile.rows + 1, columns: tile.columns + 2,
          seed: UInt64(turn) &* 17 &+ 3, isPlain: true)
        let expected = problem.plain(logits: logits).answer()
        let reach = logits == .arctanh ? try problem.largestSlope() : 1
        let variants = ComputeOptions.variants(
          tileRows: tile.rows, tileColumns: tile.columns, turn: turn)
        for options in variants {
          check(
            try problem.answer(as: Double.self, logits: logits.library, options: options),
            expected, as: Double.self, temperature: problem.temperature / reach,
            rowCount: problem.rowCount, "\(form) \(role) \(logits) \(turn) \(options)")
        }
        let options = variants[turn % variants.count]
        check(
          try problem.answer(as: Float.self, logits: logits.library, options: options),
          expected, as: Float.self, temperature: problem.temperature / reach,
          rowCount: problem.rowCount, "\(form) \(role) \(logits) \(turn) in Float")
        turn += 1
      }
    }
  }

  @Test("has the gradients of central differences, by arrays and temperatures")
  func centralDifferences() throws {
    for seed in 0..<40 as Range<UInt64> {
      for (index, form) in CustomForm.allCases.enumerated() {
        let role = CustomProblem.Role.allCases[
          (Int(seed) + index) % CustomProblem.Role.allCases.count]
        let problem = CustomProblem(form, role, rows: 4, columns: 5, seed: seed)
        let answer = try problem.answer(as: Double.self)
        let finest = problem.temperatures?.min() ?? problem.temperature
        var generator = SeededGenerator(seed: seed)
        let h = 6e-6 * finest
        func compare(
          _ slope: Double, size: Double, _ what: String,
          _ moved: (inout CustomProblem, Double) -> Void
        ) throws {
          func value(_ offset: Double) throws -> Double {
            var problem = problem
            moved(&problem, offset)
            return try problem.answer(as: Double.self).loss
          }
          let difference = try (value(h) - value(-h)) / (2 * h)
          expectClose(
            slope, difference, size: max(abs(slope), size), tolerance: 1e-7,
            "\(form) \(role) \(seed) by \(what)")
        }
        for (name, matrix) in problem.inputs.sorted(by: { $0.key < $1.key }) {
          let row = Int.random(in: 0..<matrix.rowCount, using: &generator)
          let column = Int.random(in: 0..<matrix.columnCount, using: &generator)
          let gradient = try #require(answer.gradients[name])
          try compare(
            gradient[row * matrix.columnCount + column], size: 1 / finest,
            "\(name)[\(row), \(column)]"
          ) { $0.inputs[name] = matrix.replacing(row, column, by: matrix[row, column] + $1) }
        }
        if let temperatures = problem.temperatures {
          for row in temperatures.indices {
            try compare(
              try #require(answer.gradients["temperatures"])[row], size: 1 / (finest * finest),
              "τ[\(row)]"
            ) { $0.temperatures?[row] += $1 }
          }
        } else {
          try compare(
            try #require(answer.gradients["temperature"])[0], size: 1 / (finest * finest), "τ"
          ) { $0.temperature += $1 }
        }
      }
    }
  }

  /// What the sparse gradient leaves out lies beneath the rounding of a row's sum in Float; the screen
  /// leaves out no more.
  @Test("at τ = 0.01 is the same by few weights, screened or not", arguments: CustomForm.allCases)
  func smallTemperatures(_ form: CustomForm) throws {
    let (rowCount, columnCount, dimension) = (64, 1500, 32)
    // Keys near the rows, as of a trained encoder: few of a row's weights matter, but not one alone.
    let centers = Matrix<Float>.random(rowCount: 30, columnCount: dimension, seed: 3)
    func near(_ count: Int, _ seed: UInt64) -> Matrix<Float> {
      let noise = Matrix<Float>.random(rowCount: count, columnCount: dimension, seed: seed)
      return Matrix(rowCount: count, columnCount: dimension) {
        centers[$0 % 30, $1] + 0.3 * noise[$0, $1]
      }
    }
    let (queries, keys) = (near(rowCount, 4), near(columnCount, 5))
    let loss = OneWayLoss(form.function, temperature: 0.01)
    for candidates in [
      try Candidates(keys, positives: (0..<rowCount).map { $0 % 30 }),
      try Candidates(
        keys, positives: (0..<rowCount).map { [$0 % 30, $0 % 30 + 60] },
        excluding: .lists((0..<rowCount).map { [$0 % 7, 400 + $0] })),
    ] {
      func answer(_ strategy: ComputeOptions.Strategy, screens: Bool) throws -> Answer {
        var options = ComputeOptions(strategy: strategy, threads: 2, isa: .best)
        options.screens = screens
        return Answer(
          try loss.valueWithGradient(queries: queries, candidates: candidates, options: options))
      }
      var expected = try answer(.recomputed, screens: false)
      // Its size is that of logits, 100, which cancel in it.
      for name in ["temperature", "scale", "logitScale"] { expected.gradients[name] = nil }
      for (strategy, screens) in [
        (ComputeOptions.Strategy.sparse, false), (.sparse, true), (.kept, true),
      ] {
        var few = try answer(strategy, screens: screens)
        for name in ["temperature", "scale", "logitScale"] { few.gradients[name] = nil }
        few.expectClose(
          to: expected, tolerance: TestSupport.Tolerance(temperature: 0.01, scalar: Float.self),
          lossSize: 1, "\(form) \(strategy) \(screens)")
      }
    }
  }
}
