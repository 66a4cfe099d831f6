import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("A loss of one's own, both ways and of a batch")
struct BothWaysLossTests {
  private func check<Scalar: EmbeddingScalar>(
    _ answer: Answer, _ plain: PlainLoss, _ expected: Answer, as scalar: Scalar.Type,
    rowCount: Int, _ what: String
  ) {
    answer.expectClose(
      to: expected,
      tolerance: TestSupport.Tolerance(temperature: plain.finestTemperature, scalar: scalar),
      lossSize: 1, gradientSize: 2 / (Double(rowCount) * plain.finestTemperature), what)
  }

  private func random(_ rowCount: Int, seed: UInt64) -> Matrix<Double> {
    // Both precisions compute the same problem.
    Matrix<Float>.random(rowCount: rowCount, columnCount: 3, seed: seed).converted()
  }

  /// Rows of the images and then of the texts, each among all of the other tower.
  private func bothWays(_ form: CustomForm, rows: Int, seed: UInt64) -> PlainLoss {
    PlainLoss.rows(
      ["images": random(rows, seed: seed), "texts": random(rows, seed: seed + 100)],
      anchors: ["images", "texts"], temperature: 0.2, sides: 2,
      keys: { anchor in
        (0..<rows).map { column in
          var key = PlainLoss.Key(anchor < rows ? "texts" : "images", column)
          key.isPositive = column == anchor % rows
          return key
        }
      }, { form.plain($0) })
  }

  @Test("equals plain loops both ways, in every strategy", arguments: CustomForm.allCases)
  func bothWays(_ form: CustomForm) throws {
    var turn = 0
    for tile in RowsEngineTests.tiles {
      for rows in [tile.rows, tile.columns + 1, 2 * tile.columns + 3] {
        // One temperature, one for each pair, and one for each image and each text.
        for sides in 0...2 {
          var plain = bothWays(form, rows: rows, seed: UInt64(turn))
          if sides > 0 { plain = plain.withTemperatures(ofRows: sides * rows, seed: UInt64(turn)) }
          let expected = plain.answer()
          func answer<Scalar: EmbeddingScalar>(
            as scalar: Scalar.Type, _ options: ComputeOptions
          ) throws -> Answer {
            Answer(
              try BothWaysLoss(form.function, temperature: plain.libraryTemperature)
                .valueWithGradient(
                  images: try #require(plain.inputs["images"]).converted(to: scalar),
                  texts: try #require(plain.inputs["texts"]).converted(to: scalar),
                  options: options))
          }
          let variants = ComputeOptions.variants(
            tileRows: tile.rows, tileColumns: tile.columns, turn: turn)
          for options in variants {
            check(
              try answer(as: Double.self, options), plain, expected, as: Double.self,
              rowCount: rows, "\(form) of \(rows), sides \(sides), \(options)")
          }
          check(
            try answer(as: Float.self, variants[turn % variants.count]), plain, expected,
            as: Float.self, rowCount: rows, "\(form) of \(rows), sides \(sides), Float")
          turn += 1
        }
      }
    }
  }

  @Test(
    "equals plain loops over a batch with labels, in every strategy", arguments: CustomForm.allCases
  )
  func batch(_ form: CustomForm) throws {
    var turn = 0
    for tile in RowsEngineTests.tiles {
      for rows in [tile.rows, tile.columns + 1, 2 * tile.columns + 3] {
        // Every label several times but for the first, whose row is without a positive.
        let labels = (0..<rows).map { $0 == 0 ? 9 : $0 % 3 }
        for sides in 0...1 {
          var plain = PlainLoss.rows(
            ["embeddings": random(rows, seed: UInt64(turn))], anchors: ["embeddings"],
            temperature: 0.2,
            keys: { anchor in
              (0..<rows).filter { $0 != anchor }.map { other in
                var key = PlainLoss.Key("embeddings", other)
                key.isPositive = labels[other] == labels[anchor]
                return key
              }
            }, { form.plain($0) })
          if sides > 0 { plain = plain.withTemperatures(ofRows: rows, seed: UInt64(turn)) }
          let expected = plain.answer()
          func answer<Scalar: EmbeddingScalar>(
            as scalar: Scalar.Type, _ options: ComputeOptions
          ) throws -> Answer {
            Answer(
              try BatchLoss(form.function, temperature: plain.libraryTemperature)
                .valueWithGradient(
                  embeddings: try #require(plain.inputs["embeddings"]).converted(to: scalar),
                  labels: labels, options: options))
          }
          let variants = ComputeOptions.variants(
            tileRows: tile.rows, tileColumns: tile.columns, turn: turn)
          for options in variants {
            check(
              try answer(as: Double.self, options), plain, expected, as: Double.self,
              rowCount: rows, "\(form) of \(rows), sides \(sides), \(options)")
          }
          check(
            try answer(as: Float.self, variants[turn % variants.count]), plain, expected,
            as: Float.self, rowCount: rows, "\(form) of \(rows), sides \(sides), Float")
          turn += 1
        }
      }
    }
  }

  /// The mean of logits outside the logarithm, which takes all of the matrix here and a triangle there.
  @Test("of the mean outside the logarithm is SupCon")
  func supCon() throws {
    let rows = Matrix<Double>.random(rowCount: 41, columnCount: 6, seed: 1)
    let labels = (0..<41).map { $0 % 5 }
    let expected = Answer(
      try SupCon(temperature: 0.1).valueWithGradient(embeddings: rows, labels: labels))
    let answer = Answer(
      try BatchLoss(CustomForm.meanOutside.function, temperature: 0.1).valueWithGradient(
        embeddings: rows, labels: labels))
    answer.expectClose(
      to: expected, tolerance: TestSupport.Tolerance(temperature: 0.1, scalar: Double.self),
      "a batch")
  }

  @Test("of a positive's cross-entropy is CLIP, to the bit")
  func clip() throws {
    let images = Matrix<Float>.random(rowCount: 41, columnCount: 6, seed: 1)
    let texts = Matrix<Float>.random(rowCount: 41, columnCount: 6, seed: 2)
    let expected = try CLIP(temperature: 0.1).valueWithGradient(images: images, texts: texts)
    let step = try BothWaysLoss(PositiveCrossEntropy(), temperature: 0.1).valueWithGradient(
      images: images, texts: texts)
    #expect(step.value == expected.value && step.terms == expected.terms)
    #expect(step.gradient.images == expected.gradient.images)
    #expect(step.gradient.texts == expected.gradient.texts)
    #expect(step.gradient.logScale == expected.gradient.logScale)
  }

  @Test("is refused, in one line, where sizes do not fit")
  func errors() {
    let (three, two) = (random(3, seed: 1), random(2, seed: 2))
    let function = CustomForm.smoothed.function
    expectRefusal("texts: expected 3 rows, as images, found 2 rows") {
      _ = try BothWaysLoss(function, temperature: 1).valueWithGradient(images: three, texts: two)
    }
    expectRefusal("temperatures: expected 3 or 6, as images, found 2") {
      _ = try BothWaysLoss(function, temperature: Temperature(rows: [1, 1])).valueWithGradient(
        images: three, texts: three)
    }
    expectRefusal("labels: expected 3, one per row of embeddings, found 2") {
      _ = try BatchLoss(function, temperature: 1).valueWithGradient(
        embeddings: three, labels: [0, 1])
    }
    expectRefusal("temperatures: expected 3, as embeddings, found 6") {
      _ = try BatchLoss(function, temperature: Temperature(rows: [1, 1, 1, 1, 1, 1]))
        .valueWithGradient(embeddings: three, labels: [0, 1, 0])
    }
    // A term per positive: rows 0 and 2 are each other's.
    expectRefusal("weights: expected 2, one per term, found 3") {
      _ = try BatchLoss(PositiveCrossEntropy(), temperature: 1).valueWithGradient(
        embeddings: three, labels: [0, 1, 0], reduction: .weighted([1, 1, 1]))
    }
  }
}
