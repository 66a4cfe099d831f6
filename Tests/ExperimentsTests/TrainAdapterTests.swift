import ArgumentParser
import Contrastive
import ContrastiveTraining
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Pairs that a linear map brings together: the keys are the queries, turned, with noise.
struct TurnedPairs {
  let queries: Matrix<Float>
  let keys: Matrix<Float>

  init(rowCount: Int, dimension: Int = 8) throws {
    queries = .random(rowCount: rowCount, columnCount: dimension, seed: 1)
    var turn = Matrix<Float>.random(rowCount: dimension, columnCount: dimension, seed: 2)
    try turn.add(.random(rowCount: dimension, columnCount: dimension, seed: 3))
    var keys = try Similarity.dot.matrix(queries, turn)
    try keys.add(.random(rowCount: rowCount, columnCount: dimension, seed: 4), times: 0.1)
    self.keys = keys
  }

  func write(to folder: borrowing TemporaryFolder) throws -> [String] {
    try queries.write(to: folder.path("q.npy"))
    try keys.write(to: folder.path("k.npy"))
    return ["--queries", folder.path("q.npy"), "--keys", folder.path("k.npy")]
  }
}

@Suite("train adapter")
struct TrainAdapterTests {
  private static let quick = ["--epochs", "6", "--batch", "32", "--learning-rate", "0.02"]

  private func report(_ arguments: [String]) throws -> Report {
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(["train", "adapter"] + arguments) as? any ReportCommand)
    return try command.report(progress: ProgressLine(write: nil))
  }

  @Test("brings pairs together by any of its losses", arguments: PairLoss.allCases)
  func losses(_ loss: PairLoss) throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 160).write(to: folder)
    for mode in ["fixed", "learned", "scheduled"] {
      let report = try report(
        files + Self.quick + ["--loss", loss.rawValue, "--temperature-mode", mode])
      let before = try #require(report.result["before"]?["meanReciprocalRank"]?.double)
      let after = try #require(report.result["after"]?["meanReciprocalRank"]?.double)
      // 32 test rows: chance is 0.127.
      #expect(before < 0.2 && after > 0.4, "\(loss) \(mode): \(before) to \(after)")
      let losses = report.tables[0].numbers(in: "loss")
      #expect(losses.count == 7 && losses[0] == nil)
      let temperatures = report.tables[0].numbers(in: "temperature").compactMap(\.self)
      #expect((Set(temperatures).count > 1) == (mode != "fixed"))
    }
  }

  @Test("is worth after its checkpoint what it was before")
  func goesOn() throws {
    let folder = try TemporaryFolder()
    let arguments =
      try TurnedPairs(rowCount: 160).write(to: folder) + Self.quick
      + ["--checkpoint", folder.path("run.safetensors")]
    let reports = try (0..<2).map { _ in try report(arguments) }
    let ranks = try reports.map { report in
      try ["before", "after"].map {
        try #require(report.result[$0]?["meanReciprocalRank"]?.double)
      }
    }
    // All epochs are done, so that the second makes no step.
    #expect(ranks[0] == ranks[1] && ranks[0][1] > 2 * ranks[0][0])
    // What it wrote of every epoch it writes again.
    for table in ["train-adapter", "train-adapter-geometry"] {
      #expect(reports[0].table(table).csv == reports[1].table(table).csv)
    }
    #expect(reports[0].table("train-adapter").rows.count == 7)
    #expect(reports[0].plots.map(\.name) == reports[1].plots.map(\.name))
  }

  @Test("equals a plain loop over the library, to the bit")
  func plain() throws {
    let folder = try TemporaryFolder()
    let pairs = try TurnedPairs(rowCount: 100)
    let report = try report(
      pairs.write(to: folder) + [
        "--epochs", "2", "--batch", "32", "--seed", "5", "--temperature", "0.1", "--test-rows",
        "20", "--threads", "1",
      ])
    let options = ComputeOptions(threads: 1)
    var q = try LinearEncoder<Float>.identity(
      inputDimension: 8, outputDimension: 8, options: options)
    var k = q
    var (qAdam, kAdam) = (Adam<Float>(learningRate: 5e-4), Adam<Float>(learningRate: 5e-4))
    var batches = try MiniBatches(rowCount: 80, batchSize: 32, seed: 5)
    var losses: [Double] = []
    for _ in 0..<4 {
      let rows = batches.next().rows
      let (a, aPass) = try q.forward(pairs.queries.rows(at: rows))
      let (b, bPass) = try k.forward(pairs.keys.rows(at: rows))
      let step = try CLIP(temperature: 0.1).valueWithGradient(
        images: a, texts: b, options: options)
      try qAdam.update(&q.parameters, by: q.backward(step.gradient.images, through: aPass))
      try kAdam.update(&k.parameters, by: k.backward(step.gradient.texts, through: bPass))
      losses.append(Double(step.value))
    }
    let expected = [nil, (losses[0] + losses[1]) / 2, (losses[2] + losses[3]) / 2]
    #expect(report.tables[0].numbers(in: "loss") == expected)
    #expect(report.tables[0].numbers(in: "lastLoss") == [nil, losses[1], losses[3]])
    let ranks = try RetrievalRanks(
      queries: q(pairs.queries.rows(80..<100)), keys: k(pairs.keys.rows(80..<100)))
    #expect(report.result["after"]?["recallAt1"]?.double == ranks.recall(at: 1))
    #expect(report.result["after"]?["recallAt10"]?.double == ranks.recall(at: 10))
    #expect(report.result["after"]?["meanReciprocalRank"]?.double == ranks.meanReciprocalRank)
    let alignment = try Alignment().value(
      x: q(pairs.queries.rows(80..<100)), y: k(pairs.keys.rows(80..<100)))
    #expect(
      report.table("train-adapter-geometry").numbers(in: "alignment")[2] == Double(alignment))
  }

  @Test("tells how the test rows lie on the sphere, epoch by epoch")
  func geometry() throws {
    let folder = try TemporaryFolder()
    let pairs = try TurnedPairs(rowCount: 100)
    let report = try report(
      pairs.write(to: folder) + [
        "--epochs", "2", "--batch", "32", "--learning-rate", "0.02", "--test-rows", "20",
      ])
    let table = report.table("train-adapter-geometry")
    #expect(table.numbers(in: "epoch") == [0, 1, 2])
    func numbers(_ name: String) throws -> [Double] {
      let numbers = table.numbers(in: name).compactMap(\.self)
      try #require(numbers.count == 3)
      return numbers
    }
    // The adapters begin as the identity.
    let (q, k) = (pairs.queries.rows(80..<100), pairs.keys.rows(80..<100))
    let alignment = try numbers("alignment")
    #expect(try abs(alignment[0] - Double(Alignment().value(x: q, y: k))) < 1e-6)
    #expect(alignment[2] < alignment[0])
    for (side, rows) in [("queries", q), ("keys", k)] {
      let audit = try SideAudit(rows.rowSource)
      #expect(try abs(numbers("\(side)EffectiveRank")[0] - audit.effectiveRank) < 1e-4)
      #expect(try abs(numbers("\(side)MeanCosine")[0] - audit.meanCosine) < 1e-6)
      #expect(try abs(numbers("\(side)Deviation")[0] - audit.deviation) < 1e-6)
      let uniformity = try Double(Uniformity().value(embeddings: rows))
      #expect(try abs(numbers("\(side)Uniformity")[0] - uniformity) < 1e-5)
    }
    #expect(report.result["geometry"]?.elements?.count == 3)
  }

  @Test("shows which side has collapsed")
  func collapse() throws {
    let folder = try TemporaryFolder()
    let pairs = try TurnedPairs(rowCount: 60)
    let queries = Matrix<Float>(rowCount: 60, columnCount: 8) { Float(($0 + 1) * ($1 + 1)) }
    try queries.write(to: folder.path("q.npy"))
    try pairs.keys.write(to: folder.path("k.npy"))
    let report = try report([
      "--queries", folder.path("q.npy"), "--keys", folder.path("k.npy"), "--batch", "16",
      "--epochs", "1",
    ])
    let table = report.table("train-adapter-geometry")
    func last(_ name: String) throws -> Double { try #require(table.numbers(in: name)[1]) }
    // Linear maps leave rows of one direction so.
    #expect(try last("queriesMeanCosine") > 1 - 1e-5 && last("queriesDeviation") < 1e-3)
    #expect(try abs(last("queriesUniformity")) < 1e-4)
    #expect(try last("keysMeanCosine") < 0.5 && last("keysDeviation") > 0.2)
    #expect(try last("keysUniformity") < -1)
  }

  @Test("has no uniformity of one test row")
  func oneRow() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 20).write(to: folder)
    let report = try report(files + ["--test-rows", "1", "--batch", "8", "--epochs", "1"])
    let table = report.table("train-adapter-geometry")
    #expect(table.numbers(in: "keysUniformity") == [nil, nil])
    #expect(table.numbers(in: "keysDeviation").allSatisfy { ($0 ?? 1) < 1e-3 })
  }

  @Test("begins with what the bundled embeddings are worth as they are")
  func bundled() throws {
    // One batch, hardly moved.
    let report = try report(["--epochs", "1", "--batch", "4000", "--learning-rate", "1e-9"])
    for when in ["before", "after"] {
      let metrics = report.result[when]
      // 0.476 where the first of equal cosines wins: sympy.Limit and sympy.limit are embedded alike.
      #expect(try abs(#require(metrics?["recallAt1"]?.double) - 0.474) < 0.0015)
      #expect(try abs(#require(metrics?["recallAt10"]?.double) - 0.769) < 0.0015)
      #expect(try abs(#require(metrics?["meanReciprocalRank"]?.double) - 0.582) < 0.0015)
    }
  }

  @Test("prints one line of JSON, and writes the adapter, the epochs and the plots")
  func program() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    let outcome = try ExperimentsProgram.run(
      arguments: ["train", "adapter", "--json", "--output", folder.path("out τ")] + files
        + ["--batch", "16", "--epochs", "2"])
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(outcome.output.filter(\.isNewline).count == 1)
    let result = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(Set(result.keys) == ["before", "after", "geometry", "seconds"])
    for when in ["before", "after"] {
      let metrics = try #require(result[when] as? [String: Any])
      #expect(Set(metrics.keys) == ["recallAt1", "recallAt10", "meanReciprocalRank"])
    }
    let adapter = try SafetensorsFile(folder.path("out τ/adapter.safetensors"))
    #expect(Set(adapter.names) == ["queries.weight", "keys.weight"])
    #expect(try adapter.tensor("keys.weight").shape == [8, 8])
    #expect(adapter.metadata["loss"] == "clip" && adapter.metadata["temperature"] == "0.05")
    let names = try folder.names(in: "out τ")
    for name in ["train-adapter.csv", "train-adapter-recall.gnuplot", "train-adapter-loss.gnuplot"]
    {
      #expect(names.contains(name))
    }
  }

  @Test("says in one line which option or file does not fit")
  func errors() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    func failure(_ arguments: String...) -> String? {
      do {
        _ = try report(files + arguments)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(
      failure("--batch", "512")?.hasPrefix("--batch 512: there are 48 rows to train on")
        == true)
    #expect(failure("--test-rows", "60")?.hasPrefix("--test-rows 60: ") == true)
    #expect(failure("--batch", "0") != nil)
    #expect(failure("--batch", "16", "--temperature", "-1")?.contains("--temperature") == true)
    #expect(failure("--batch", "16", "--learning-rate", "0") != nil)
    var keys = try TurnedPairs(rowCount: 60).keys
    keys[7, 1] = .nan
    try keys.write(to: folder.path("k.npy"))
    #expect(failure("--batch", "16")?.contains("k.npy: row 7 holds a NaN") == true)
  }
}
