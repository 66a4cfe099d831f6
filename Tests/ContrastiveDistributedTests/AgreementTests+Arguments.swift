import Contrastive
import ContrastiveDistributed
import TestSupport
import Testing

/// What belongs to rows, besides these.
extension AgreementTests {
  /// As on one process, be it that there are none of them.
  @Test("refuse ids of negatives where there are no further ones", arguments: [[], [1]])
  func idsOfNegatives(ids: [Int]) throws {
    let rows = Matrix<Float>.random(rowCount: 2, columnCount: 4, seed: 1)
    let excluded = FalseNegatives<Float>.equalIDs([0, 1], negatives: ids)
    let words = ["rank", "ids of further negatives"]
    let byCLIP = errors { group throws(ContrastiveError) in
      _ = try CLIP(temperature: 0.1).valueWithGradient(
        images: rows, texts: rows, excluding: group.rank == 1 ? excluded : .none, across: group)
    }
    expectSame(byCLIP, naming: words)
    let bySigLIP = errors { group throws(ContrastiveError) in
      _ = try SigLIP(temperature: 0.1, bias: 0).valueWithGradient(
        images: rows, texts: rows, excluding: excluded, across: group)
    }
    expectSame(bySigLIP, naming: words)
    let byNTXent = errors { group throws(ContrastiveError) in
      _ = try NTXent(temperature: 0.1).valueWithGradient(
        viewA: rows, viewB: rows, excluding: excluded, across: group)
    }
    expectSame(byNTXent, naming: words)
    #expect(throws: ContrastiveError.self) {
      try CLIP(temperature: 0.1).value(images: rows, texts: rows, excluding: excluded)
    }
  }

  @Test("name the rank with log-weights of its own, or of too few rows")
  func logWeights() {
    for (own, words) in [
      (PairLogWeights(columns: [0, 0, 0, 0]), ["logWeights", "rank 1", "none"]),
      (PairLogWeights(rows: [0], columns: [0, 0, 0, 0]), ["rank 1", "4", "1"]),
    ] {
      let found = errors { group throws(ContrastiveError) in
        let rows = Self.rows(group.rank)
        _ = try CLIP(temperature: 0.1).valueWithGradient(
          images: rows, texts: rows, logWeights: group.rank == 1 ? own : nil, across: group)
      }
      expectSame(found, naming: words)
    }
    let found = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      _ = try InfoNCE(temperature: 0.1).valueWithGradient(
        queries: rows, positives: rows,
        logWeights: group.rank == 2
          ? nil : LogWeights(positives: Array(repeating: 0, count: 3 + group.rank)),
        across: group)
    }
    expectSame(found, naming: ["logWeights", "rank 2", "none", "some"])
  }

  @Test("refuse weights of labelled pairs, and hardness of another rank")
  func refusals() {
    let pairs = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      _ = try NTXentPairs(temperature: 0.1).valueWithGradient(
        embeddings: rows, labels: Array(repeating: 0, count: rows.rowCount),
        reduction: group.rank == 1 ? .weighted([1]) : .mean, across: group)
    }
    expectSame(pairs, naming: ["reduction", "rank 1", "weights of pairs"])
    let hardness = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      _ = try InfoNCE(temperature: 0.1, hardness: group.rank == 2 ? 1 : 0).valueWithGradient(
        queries: rows, positives: rows, across: group)
    }
    expectSame(hardness, naming: ["hardness", "rank 2"])
    let concentration = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      _ = try HardNegative(
        temperature: 0.1, positivePrior: 0, concentration: group.rank == 1 ? 2 : 1
      ).valueWithGradient(viewA: rows, viewB: rows, across: group)
    }
    expectSame(concentration, naming: ["concentration", "rank 1"])
  }
}
