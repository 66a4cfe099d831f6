import Contrastive
import ContrastiveFiles
import ContrastiveTraining
import TestSupport
import Testing

@testable import ContrastiveCheckpoints

/// A part as somebody else's program stores it, and takes it back whatever it is.
private struct Forged<Part: Checkpointable>: Checkpointable {
  static var checkpointKind: String { Part.checkpointKind }

  let part: Part
  let change: @Sendable (inout [String: CheckpointEntry]) -> Void

  func store(in part: inout CheckpointPart) {
    self.part.store(in: &part)
    change(&part.entries)
  }

  func restore(from part: inout CheckpointPart) { part.entries = [:] }
}

@Suite("A checkpoint of something else")
struct UnfittingCheckpointTests {
  private let directory: TemporaryDirectory
  private let checkpoint: Checkpoint

  init() throws {
    directory = try TemporaryDirectory()
    checkpoint = Checkpoint(at: directory("c"))
  }

  /// The line, without the path, that tells why a part is not restored from what another stored.
  private func line<Part: Checkpointable>(
    _ part: Part, from stored: some Checkpointable
  ) throws -> String {
    var (part, stored) = (part, stored)
    try checkpoint.save { $0.include(&stored, as: "part") }
    do {
      try checkpoint.restore { $0.include(&part, as: "part") }
      return "restored"
    } catch {
      #expect(error.part == "part")
      return String(error.description.dropFirst("\(checkpoint.path): part 'part': ".count))
    }
  }

  private func line<Part: Checkpointable>(
    _ part: Part, _ change: @escaping @Sendable (inout [String: CheckpointEntry]) -> Void
  ) throws -> String {
    #expect(try line(part, from: Forged(part: part) { _ in }) == "restored")
    return try line(part, from: Forged(part: part, change: change))
  }

  @Test("lacks parts, or has others: each by its name, and nothing is taken")
  func parts() throws {
    var run = try TrainingRun<Float>()
    _ = try run.train(to: 2)
    try run.save(to: checkpoint.path)
    let names = try Set(checkpoint.read().keys)
    #expect(names.count == 15)
    for name in names {
      // All parts but one, and that under another name.
      for stored in [nil, "renamed"] as [String?] {
        let path = directory("other")
        var parts = try checkpoint.read()
        let part = try #require(parts[name])
        parts[name] = nil
        if let stored {
          var renamed = CheckpointPart(stored, kind: part.kind, path: path)
          renamed.entries = part.entries
          parts[stored] = renamed
        }
        try Checkpoint(at: path).write(parts, by: SystemFileOperations())
        var fresh = try TrainingRun<Float>()
        let error = #expect(throws: CheckpointError.self) { try fresh.restore(from: path) }
        #expect(error?.part == name && error?.problem == .missing(found: parts.keys.sorted()))
        #expect(fresh.step == 0 && fresh.optimizer.stepCount == 0)
      }
    }
    // One more than is asked for.
    var fresh = try TrainingRun<Float>()
    try run.save(to: checkpoint.path)
    let extra = #expect(throws: CheckpointError.self) {
      try checkpoint.restore { parts in
        parts.include(&fresh.encoder, as: "encoder")
        parts.include(&fresh.step, as: "step")
      }
    }
    #expect(extra?.part == "adapter" && extra?.problem == .notIncluded && fresh.step == 0)
  }

  @Test("has parts of another kind")
  func kinds() throws {
    var sgd = SGD<Float>(learningRate: 0.1, momentum: 0.9)
    var generator = SeededGenerator(seed: 1)
    var parameters = try LinearEncoder<Float>.random(
      inputDimension: 2, outputDimension: 2, using: &generator
    ).parameters
    try sgd.update(&parameters, by: parameters)
    #expect(
      try line(Adam<Float>(learningRate: 0.1), from: sgd)
        == "expected Adam<Float>, found SGD<Float>")
    #expect(try line(sgd, from: Adam<Float>(learningRate: 1)).hasPrefix("expected SGD<Float>"))
    #expect(
      try line(Adam<Double>(learningRate: 1), from: Adam<Float>(learningRate: 1))
        == "expected Adam<Double>, found Adam<Float>")
    #expect(try line(parameters, from: 1) == "expected Parameters<Float>, found Int")
    let linear = try LinearEncoder<Float>.random(
      inputDimension: 2, outputDimension: 2, using: &generator)
    let mlp = try MLPEncoder<Float>.random(dimensions: [2, 2], using: &generator)
    #expect(
      try line(linear, from: mlp) == "expected LinearEncoder<Float>, found MLPEncoder<Float>")
    #expect(
      try line(
        KeyQueue<Float>(capacity: 2, dimension: 2),
        from: MemoryBank<Float>(
          rowCount: 2, dimension: 2, seed: 1))
        == "expected KeyQueue<Float>, found MemoryBank<Float>")
  }

  @Test("has parts of another size")
  func sizes() throws {
    var generator = SeededGenerator(seed: 1)
    func mlp(_ dimensions: [Int]) throws -> MLPEncoder<Float> {
      try .random(dimensions: dimensions, using: &generator)
    }
    #expect(
      try line(mlp([5, 9, 4]), from: mlp([5, 8, 4])) == "0.weight: expected 9 × 5, found 8 × 5")
    #expect(
      try line(mlp([5, 8, 4]), from: mlp([5, 4])) == "0.weight: expected 8 × 5, found 4 × 5")
    #expect(
      try line(mlp([5, 4]), from: mlp([5, 4, 3])) == "holds '2.bias', which is none of its arrays")
    #expect(
      try line(
        KeyQueue<Float>(capacity: 3, dimension: 2),
        from: KeyQueue<Float>(
          capacity: 2, dimension: 2)) == "capacity: expected 3, found 2")
    #expect(
      try line(
        KeyQueue<Float>(capacity: 2, dimension: 3),
        from: KeyQueue<Float>(
          capacity: 2, dimension: 2)) == "keys: expected any × 3, found 0 × 2")
    #expect(
      try line(
        MemoryBank<Float>(rowCount: 3, dimension: 2, seed: 1),
        from: MemoryBank<Float>(
          rowCount: 2, dimension: 2, seed: 1)) == "rows: expected 3 × 2, found 2 × 2")
    let batches = try MiniBatches(rowCount: 17, batchSize: 5, seed: 1)
    #expect(
      try line(batches, from: MiniBatches(rowCount: 18, batchSize: 5, seed: 1))
        == "rowCount: expected 17, found 18")
    #expect(
      try line(batches, from: MiniBatches(rowCount: 17, batchSize: 4, seed: 1))
        == "batchSize: expected 5, found 4")
    #expect(
      try line(batches, from: MiniBatches(rowCount: 17, batchSize: 5, remainder: .kept, seed: 1))
        == "keepsRemainder: expected 0, found 1")
  }

  @Test("has numbers that no such part can have")
  func ranges() throws {
    let most = Int.max / 2
    for count in [-1, most + 1, .max] {
      #expect(
        try line(3) { $0["count"] = .integer(count) }
          == "count: expected a number from 0 to \(most), found \(count)")
    }
    #expect(
      try line(3) { $0["count"] = .number(3) }
        == "count: expected a whole number, found a number")
    #expect(try line(3) { $0["count"] = nil } == "holds no 'count'")
    #expect(try line(3) { $0["x"] = .integer(1) } == "holds 'x', which is none of its arrays")
    #expect(try line(0.5) { $0["number"] = .number(.infinity) }.hasPrefix("number: expected"))

    for logScale in [1000, -1000] as [Float] {
      #expect(
        try line(LearnableTemperature<Float>()) { $0["logScale"] = .float([[logScale]]) }
          == "logScale: expected a number whose exponential is positive and finite, found \(logScale)"
      )
    }
    #expect(
      try line(LearnableTemperature<Float>()) { $0["clamp"] = .double([[2, 1]]) }
        == "clamp: expected the smaller bound first, found 2.0, 1.0")
    #expect(
      try line(LearnableTemperature<Float>()) { $0["logScale"] = .double([[1]]) }
        == "logScale: expected a matrix of Float, found a matrix of Double")

    var run = try TrainingRun<Float>()
    _ = try run.train(to: 4)
    #expect(
      try line(run.encoder) { $0["2.bias"] = .float([[1, 2, .nan, 4]]) }
        == "2.bias: row 0 holds a NaN or an infinity; every number must be finite")
    let adam = run.optimizer
    for (name, value) in [
      ("betas.first", 1), ("betas.second", -0.1), ("betas.second", .nan), ("learningRate", -1),
      ("epsilon", .infinity), ("weightDecay.decoupled", -1),
    ] {
      #expect(
        try line(adam) { $0[name] = .number(value) }.hasPrefix(
          "\(name): expected a number from 0.0 to"))
    }
    for step in [-1, 0, most + 1] {
      #expect(
        try line(adam) { $0["step"] = .integer(step) }.hasPrefix("step: expected a number from 1"))
    }
    #expect(try line(adam) { $0["second.0.bias"] = nil } == "holds no 'second.0.bias'")
    #expect(
      try line(adam) { $0["first.0.bias"] = nil }
        == "second.0.bias: expected the size of first.0.bias, found 1 × 8")
    #expect(
      try line(adam) { $0["second.2.bias"] = .float([[1, 1, -1, 1]]) }
        == "second.2.bias: expected means of squares, found -1.0")
    #expect(
      try line(run.momentumOptimizer) { $0["isNesterov"] = .integer(2) }
        == "isNesterov: expected a number from 0 to 1, found 2")
    #expect(
      try line(run.batches) { $0["position"] = .integer(3) }
        == "position: expected a number from 0 to 2, found 3")
    #expect(try line(run.batches) { $0["epoch"] = .integer(-1) }.hasPrefix("epoch: expected"))
    #expect(try line(run.bank) { $0["momentum"] = .number(1) }.hasPrefix("momentum: expected"))
  }

  @Test("has a queue that no queue can be")
  func queues() throws {
    var queue = try KeyQueue<Float>(capacity: 3, dimension: 2)
    try queue.enqueue([[1, 0], [0, -1]] as Matrix<Float>)
    func line(_ change: @escaping @Sendable (inout [String: CheckpointEntry]) -> Void) throws
      -> String
    {
      try self.line(queue, change)
    }
    #expect(try line { $0["next"] = .integer(1) } == "next: expected 2, found 1")
    #expect(try line { $0["next"] = .integer(3) } == "next: expected 2, found 3")
    #expect(try line { $0["capacity"] = .integer(2) } == "capacity: expected 3, found 2")
    #expect(
      try line { $0["keys"] = .float([[1, 0], [0, 1], [1, 0], [0, 1]]) }
        == "keys: expected at most 3, found 4 rows")
    #expect(
      try line { $0["keys"] = .float([[1, 0], [0, -2]]) }
        .hasPrefix("keys: expected rows of length 1, or 0, found"))
    #expect(
      try line { $0["batches"] = .integers([1]) }
        == "batches: expected 2 numbers, found 1 numbers")
    #expect(
      try line { $0["batches"] = .integers([1, 2]) }
        == "batches[1]: expected a number from 0 to 1, found 2")
    #expect(try line { $0["batchCount"] = .integer(-1) }.hasPrefix("batchCount: expected"))
    #expect(try line { $0["labels"] = .integers([1, 1]) } == "holds no 'labelled'")
    try queue.enqueue([[1, 0], [0, -1]] as Matrix<Float>)
    #expect(try line { $0["next"] = .integer(3) } == "next: expected a number from 0 to 2, found 3")

    var memory = try CrossBatchMemory<Float>(capacity: 3, dimension: 2)
    try memory.enqueue([[1, 0], [0, -1]] as Matrix<Float>, labels: [4, 5])
    #expect(
      try self.line(memory) { $0["labelled"] = .integers([1, 0]) }
        == "labels: expected a label for every key, found keys without")
    #expect(
      try self.line(memory) { $0["ids"] = .integers([1]) }
        == "ids: expected 2 numbers, found 1 numbers")
    #expect(try self.line(memory) { $0["nextID"] = .integer(-2) }.hasPrefix("nextID: expected"))
  }

  @Test("has averages that no data set can have")
  func averages() throws {
    var normalizers = try MovingNormalizers(sampleCount: 3)
    let loss = try GlobalContrastive(temperature: 0.1)
    _ = try loss.valueWithGradient(
      images: [[1, 0], [0, 1]] as Matrix<Float>, texts: [[1, 0], [1, 1]] as Matrix<Float>,
      indices: [0, 2], normalizers: &normalizers)
    #expect(
      try line(normalizers) { $0["texts"] = .double([[0, 3, 0]]) }
        == "texts: expected 0 of samples that have not been visited, found 3.0 of sample 1")
    #expect(
      try line(normalizers) { $0["imagesVisited"] = .integers([0, 1, 2]) }
        == "imagesVisited[2]: expected a number from 0 to 1, found 2")
    #expect(
      try line(normalizers) { $0["imagesVisited"] = .integers([0]) }
        == "imagesVisited: expected 3 numbers, found 1 numbers")
    #expect(
      try line(normalizers) { $0["images"] = .double([[0, 0]]) }
        == "images: expected 1 × 3, found 1 × 2")

    let temperatures = try IndividualTemperatures(sampleCount: 2, initial: 0.01)
    #expect(
      try line(temperatures) { $0["range"] = .double([[2, 1]]) }
        == "range: expected the smaller bound first, found 2.0, 1.0")
    #expect(
      try line(temperatures) { $0["texts"] = .double([[0.01, 0.06]]) }
        == "texts: expected numbers from 0.005 to 0.05, found 0.06")
    #expect(
      try line(temperatures) { $0["range"] = .double([[0, 1]]) }
        .hasPrefix("range: expected a range of temperatures, found minimum: expected"))
    #expect(try line(temperatures) { $0["beta"] = .number(0) }.hasPrefix("beta: expected"))
    #expect(
      try line(temperatures) { $0["learningRate"] = .number(-1) }
        .hasPrefix("learningRate: expected a number from 0.0 to"))
    #expect(try line(temperatures) { $0["textSlopes"] = nil } == "holds no 'textSlopes'")
  }
}
