import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

// Serialised, and few: each run multiplies large matrices. None looks at how long anything took.
@Suite("benchmark", .serialized)
struct BenchmarkTests {
  static let (n, k, d) = (6, 10, 4)

  /// Writes the files of a workload and those of others, under the names that the other libraries'
  /// benchmarks give them.
  static func writeInputs(
    to folder: borrowing TemporaryFolder, for workload: Workload = .clip
  ) throws -> Inputs {
    let each = workload.rowsPerQuery
    let inputs = Inputs(
      queries: .random(rowCount: n * each.queries, columnCount: d, seed: 1),
      keys: .random(rowCount: n * each.keys, columnCount: d, seed: 2),
      queue: try Matrix.random(rowCount: k, columnCount: d, seed: 3).normalized(),
      weights: .random(rowCount: k, columnCount: d, seed: 4), labels: [0, 1, 0, 2, 1, 0],
      scores: [0.5, 0.1, 0.9, 0.1, 0.3, 0.7])
    try inputs.queries.write(to: folder.path("queries.npy"))
    try inputs.keys.write(to: folder.path("keys.npy"))
    try inputs.queue.matrix.write(to: folder.path("queue.npy"))
    try inputs.weights.write(to: folder.path("weights.npy"))
    try NumPyFile.write(inputs.labels.span, shape: [n], to: folder.path("labels.npy"))
    try NumPyFile.write(inputs.scores.span, shape: [n], to: folder.path("scores.npy"))
    return inputs
  }

  struct Inputs {
    let queries: Matrix<Float>
    let keys: Matrix<Float>
    let queue: UnitRows<Float>
    let weights: Matrix<Float>
    let labels: [Int]
    let scores: [Double]

    /// What the library returns with the program's options.
    func loss(_ workload: Workload) throws -> Float {
      let options = ComputeOptions(threads: 1)
      func infoNCE(
        _ negatives: Negatives<Float>, of variables: InfoNCE.Variables
      ) throws -> Float {
        try InfoNCE(temperature: 0.1).valueWithGradient(
          queries: queries, positives: keys, negatives: negatives, of: variables, options: options
        ).value
      }
      return switch workload {
      case .moco: try infoNCE(.shared(queue), of: .queries)
      case .mocoForward: try infoNCE(.shared(queue), of: [])
      case .infoNCE: try infoNCE(.inBatch, of: .all)
      case .clip:
        try CLIP(temperature: 0.1).valueWithGradient(images: queries, texts: keys, options: options)
          .value
      case .sigLIP:
        try SigLIP(temperature: 0.1, bias: -10).valueWithGradient(
          images: queries, texts: keys, options: options
        ).value
      case .ntXent:
        try NTXent(temperature: 0.1).valueWithGradient(
          viewA: queries, viewB: keys, options: options
        ).value
      case .supCon:
        try SupCon(temperature: 0.1).valueWithGradient(
          embeddings: queries, labels: labels, options: options
        ).value
      case .multiSimilarity:
        try MultiSimilarity().valueWithGradient(
          embeddings: queries, labels: labels, options: options
        ).value
      case .circle:
        try CircleLoss().valueWithGradient(
          embeddings: queries, labels: labels, options: options
        ).value
      case .clipGroups:
        try MultiPositiveCLIP(temperature: 0.1, form: .meanOutside).valueWithGradient(
          images: queries, texts: keys,
          positives: .lists((0..<queries.rowCount).map { Array($0 * 4..<$0 * 4 + 4) }),
          options: options
        ).value
      case .matryoshka:
        // A sixteenth and an eighth of four coordinates are one, as a quarter is.
        try Matryoshka(InfoNCE(temperature: 0.1), dimensions: [1, 2, 4]).valueWithGradient(
          queries: queries, keys: keys, options: options
        ).value
      case .maxSim:
        try MaxSimInfoNCE(temperature: 0.1).valueWithGradient(
          queries: TokenRows(queries, lengths: Array(repeating: 32, count: 6)),
          documents: TokenRows(keys, lengths: Array(repeating: 180, count: 6)), options: options
        ).value
      case .coSENT:
        try CoSENT(temperature: 0.1).valueWithGradient(
          a: queries, b: keys, scores: scores, options: options
        ).value
      case .normFace:
        try NormFaceSoftmax(temperature: 0.1).valueWithGradient(
          features: queries, classWeights: weights, labels: labels, options: options
        ).value
      }
    }
  }

  @Test("prints the library's loss and the workload's operations", arguments: Workload.allCases)
  func files(workload: Workload) throws {
    let folder = try TemporaryFolder()
    let inputs = try Self.writeInputs(to: folder, for: workload)
    let outcome = try ExperimentsProgram.run(
      "benchmark", "--workload", workload.rawValue, "--inputs", folder.path(""), "--temperature",
      "0.1", "--threads", "1", "--repeats", "2", "--json")
    #expect(outcome.status == 0)
    #expect(outcome.output.filter(\.isNewline).count == 1)
    let result = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])

    #expect(result["workload"] as? String == workload.rawValue)
    // JSONSerialization may be off by a few last places of Double, where the text is not.
    #expect((result["loss"] as? Double).map { Float($0) } == (try inputs.loss(workload)))
    #expect(result["calls"] as? Int == 2 && result["threads"] as? Int == 1)
    #expect(result["queries"] as? Int == Self.n && result["dimension"] as? Int == Self.d)
    let (n, k, d) = (Self.n, Self.k, Self.d)
    let hasNegatives = [.moco, .mocoForward, .normFace].contains(workload)
    #expect(result["negatives"] as? Int == (hasNegatives ? k : nil))
    let flops =
      switch workload {
      case .moco: 4 * n * k * d
      case .mocoForward: 2 * n * k * d
      case .infoNCE, .clip, .sigLIP, .supCon, .multiSimilarity, .circle, .matryoshka: 6 * n * n * d
      case .clipGroups: 6 * n * (4 * n) * d
      case .maxSim: 2 * (32 * n) * (180 * n) * d
      case .coSENT: 6 * n * d
      case .normFace: 6 * n * k * d
      case .ntXent: 6 * (2 * n) * (2 * n) * d
      }
    #expect(result["flops"] as? Int == flops)

    for key in ["milliseconds", "millisecondsWithoutDiagnostics"] {
      let times = try #require(result[key] as? [String: Double])
      #expect(Set(times.keys) == ["min", "median", "max"])
    }
    let median = try #require((result["milliseconds"] as? [String: Double])?["median"])
    let rate = try #require(result["gigaflopsPerSecond"] as? Double)
    let ceiling = try #require(result["gemmCeiling"] as? Double)
    #expect(abs(rate * median * 1e6 / Double(flops) - 1) < 1e-12)
    #expect(abs(try #require(result["fractionOfCeiling"] as? Double) * ceiling / rate - 1) < 1e-12)
    #expect(result["openblasCore"] is String && result["isa"] is String)
    #if os(Linux)
      let memory = try #require(result["peakMemoryMiB"] as? Double)
      let withGradients = try #require(result["peakMemoryWithGradientsMiB"] as? Double)
      #expect(memory >= 0 && memory <= withGradients)
    #endif
  }

  @Test("says in one line that a variable may slow OpenBLAS down")
  func slowKernels() throws {
    let outcome = try ExperimentsProgram.run(
      "benchmark", "--workload", "info-nce", "--queries", "4", "--dimension", "2", "--repeats",
      "1", "--diagnostics", "none", environment: ["OPENBLAS_CORETYPE": "Haswell"])
    #expect(outcome.status == 0)
    let lines = outcome.errorLines.filter { $0.contains("OPENBLAS_CORETYPE=Haswell") }
    #expect(lines.count == 1 && lines[0].hasPrefix("note: "))
    #expect(outcome.output.contains("OpenBLAS's kernels"))
    #expect(!outcome.output.contains("default options"))
  }

  @Test("doubles the work, and plots time and memory against it")
  func scaling() throws {
    let folder = try TemporaryFolder()
    let outcome = try ExperimentsProgram.run(
      "benchmark", "--workload", "moco", "--scaling", "--queries", "2", "--negatives", "3",
      "--dimension", "4", "--points", "2", "--repeats", "1", "--threads", "1", "--json",
      "--output", folder.path("out"))
    #expect(outcome.status == 0)
    let result = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let points = try #require(result["points"] as? [[String: Any]])
    #expect(points.compactMap { $0["negatives"] as? Int } == [3, 6])
    #expect(points.compactMap { $0["flops"] as? Int } == [96, 192])
    let names = try folder.names(in: "out")
    for name in ["scaling.csv", "scaling-time-data.csv", "scaling-memory-data.csv"] {
      #expect(names.contains(name))
    }
  }
}
