import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("A loss of one's own, one way, that does not fit")
struct OneWayLossErrorTests {
  @Test("refuses a form of logits whose number no logit can hold")
  func forms() throws {
    let x = Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1)
    for (form, argument) in [
      (LogitForm.offset(base: .nan), "base"), (.offset(base: .infinity), "base"),
      (.offset(base: 1e39), "base"), (.circle(margin: .nan), "margin"),
      (.circle(margin: 1e19), "margin"),
    ] {
      let calls: [() throws -> Void] = [
        {
          _ = try OneWayLoss(PositiveCrossEntropy(), temperature: 1, logits: form)
            .valueWithGradient(queries: x, candidates: Candidates(ownPositives: x))
        },
        {
          _ = try BothWaysLoss(PositiveCrossEntropy(), temperature: 1, logits: form)
            .valueWithGradient(images: x, texts: x)
        },
        {
          _ = try BatchLoss(PositiveCrossEntropy(), temperature: 1, logits: form)
            .valueWithGradient(embeddings: x, labels: [0, 0, 1])
        },
      ]
      for call in calls {
        let error = #expect(throws: ContrastiveError.self, performing: call)
        #expect(error?.description.hasPrefix("\(argument): expected") == true)
      }
    }
  }

  @Test("is refused, in one line, where candidates do not fit")
  func errors() throws {
    let x = Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 1)
    let ending = "holds a NaN or an infinity; every number must be finite"
    expectRefusal("keys: row 2 \(ending)") { _ = try Candidates(x.replacing(2, 0, by: .nan)) }
    expectRefusal("positives: row 0 \(ending)") {
      _ = try Candidates(ownPositives: x.replacing(0, 0, by: .infinity))
    }
    expectRefusal("positives: expected a column, from 0 to 2, found 3 in row 1") {
      _ = try Candidates(x, positives: [0, 3])
    }
    expectRefusal("positives: expected a column, from 0 to 2, found -1 in row 0") {
      _ = try Candidates(x, positives: [-1])
    }
    expectRefusal("thresholds: expected a number, found NaN in row 1") {
      _ = try Exclusion.similarity(rows: x, keys: x, atLeast: [0, .nan, 0])
    }
    expectRefusal(
      "positives: expected columns from 0 to 2 in ascending order, found [2, 1] in row 1"
    ) {
      _ = try Candidates(x, positives: [[0], [2, 1]])
    }
    expectRefusal("lists: expected columns from 0 to 2 in ascending order, found [3] in row 0") {
      _ = try Candidates(x, excluding: .lists([[3], [], []]))
    }
    expectRefusal("keyGroups: expected 3, one per key, found 2") {
      _ = try Candidates(x, rowGroups: [0], keyGroups: [0, 1])
    }
    expectRefusal("logWeights: expected 3 numbers, found 2 numbers") {
      _ = try Candidates(x, logWeights: [0, 1])
    }
    expectRefusal("logWeights: row 1 \(ending)") {
      _ = try Candidates(x, logWeights: [0, .nan, 1])
    }
    expectRefusal("excluding: expected 3 rows, found 2 rows") {
      _ = try Candidates(x, excluding: .equalIDs(rows: [0, 1], keys: [0, 1, 2]))
    }
    expectRefusal("excluding: expected 3 rows, found 1 row") {
      _ = try Candidates(x, excluding: .lists([[]]))
    }
    expectRefusal("excluding: expected 3, one per key, found 2") {
      _ = try Candidates(x, excluding: .equalIDs(rows: [0, 1, 2], keys: [0, 1]))
    }
    expectRefusal("thresholds: expected 3, one per row, found 1") {
      _ = try Candidates(x, excluding: .similarity(rows: x, keys: x, atLeast: [0.5]))
    }
    expectRefusal("excluding: expected 3, one per key, found 2") {
      _ = try Candidates(
        x, excluding: .similarity(rows: x, keys: x.rows(0..<2), atLeast: [1, 1, 1]))
    }
    expectRefusal(
      "comparedWith: expected queries, or one positive a row, "
        + "found positives, of rows with several"
    ) {
      var candidates = try Candidates(x, positives: [[0, 1], [2], []])
      try candidates.add(x, comparedWith: .positives)
    }
    let loss = OneWayLoss(CustomForm.margin.function, temperature: 0.5)
    let short = Matrix<Double>.random(rowCount: 2, columnCount: 2, seed: 1)
    expectRefusal("candidates: expected 2 rows, as queries, found 3 rows") {
      _ = try loss.valueWithGradient(queries: short, candidates: try Candidates(x))
    }
    expectRefusal("keys: expected 2 columns, as queries, found 4 columns") {
      _ = try loss.valueWithGradient(
        queries: short,
        candidates: try Candidates(Matrix<Double>.random(rowCount: 2, columnCount: 4, seed: 1)))
    }
    expectRefusal("weights: expected 3, one per term, found 2") {
      _ = try loss.valueWithGradient(
        queries: x, candidates: try Candidates(x), reduction: .weighted([1, 1]))
    }
    // Terms of positives, of which there are six.
    expectRefusal("weights: expected 6, one per term, found 3") {
      _ = try OneWayLoss(PositiveCrossEntropy(), temperature: 0.5).valueWithGradient(
        queries: x, candidates: try Candidates(x, positives: [[0, 1], [0, 1, 2], [0]]),
        reduction: .weighted([1, 1, 1]))
    }
    expectRefusal("temperatures: expected 3, as queries, found 2") {
      _ = try OneWayLoss(CustomForm.margin.function, temperature: Temperature(rows: [1, 1]))
        .valueWithGradient(queries: x, candidates: try Candidates(x))
    }
    for map in [LogitForm.arctanh, .circle(margin: 0.25), .offset(base: 0.1)] {
      expectRefusal(
        "logits: expected .scaledCosines, or one temperature, "
          + "found a map with temperatures of rows"
      ) {
        _ = try OneWayLoss(
          CustomForm.margin.function, temperature: Temperature(rows: [1, 1, 1]), logits: map
        ).valueWithGradient(queries: x, candidates: try Candidates(x))
      }
      let line =
        "logits: expected .scaledCosines, found a map with a function of Σz or log-weights"
      expectRefusal(line) {
        _ = try OneWayLoss(CustomForm.smoothed.function, temperature: 1, logits: map)
          .valueWithGradient(queries: x, candidates: try Candidates(x))
      }
      expectRefusal(line) {
        _ = try OneWayLoss(CustomForm.margin.function, temperature: 1, logits: map)
          .valueWithGradient(queries: x, candidates: try Candidates(x, logWeights: [1, 2, 3]))
      }
    }
  }
}
