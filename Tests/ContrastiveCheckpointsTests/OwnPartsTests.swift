import Contrastive
import ContrastiveCheckpoints
import ContrastiveTraining
import TestSupport
import Testing

/// y = s·x, with one s for all.
private struct ScaleEncoder: EmbeddingEncoder, Checkpointable {
  var parameters = Parameters<Float>([Parameter("scale", [[1]])])

  func forward(
    _ inputs: Matrix<Float>
  ) throws -> (embeddings: Matrix<Float>, pass: Matrix<Float>) {
    (inputs.map { $0 * parameters[0].values[0, 0] }, inputs)
  }

  func backward(
    _ gradient: Matrix<Float>, through pass: Matrix<Float>
  ) throws -> Parameters<Float> {
    let slope = zip(gradient.elements, pass.elements).reduce(0) { $0 + $1.0 * $1.1 }
    return Parameters([Parameter("scale", [[slope]])])
  }
}

private struct RunningMean: Checkpointable, Equatable {
  var mean: Matrix<Double>
  var count = 0
  var history: [Int] = []

  func store(in part: inout CheckpointPart) {
    part.store(mean, as: "mean")
    part.store(count, as: "count")
    part.store(history, as: "history")
  }

  mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    mean = try part.takeMatrix("mean", like: mean)
    count = try part.takeInteger("count", in: 0...Int.max / 2)
    history = try part.takeIntegers("history", count: count)
  }
}

@Suite("Parts of one's own")
struct OwnPartsTests {
  @Test("are kept like others")
  func roundTrip() throws {
    let directory = try TemporaryDirectory()
    let checkpoint = Checkpoint(at: directory("c"))
    var encoder = ScaleEncoder()
    encoder.parameters[0].values[0, 0] = 0.25
    var mean = RunningMean(mean: [[1, 2, 3]], count: 2, history: [.min, .max])
    let (savedEncoder, savedMean) = (encoder, mean)
    func parts(_ parts: inout CheckpointParts) {
      parts.include(&encoder, as: "encoder")
      parts.include(&mean, as: "mean")
    }
    try checkpoint.save(parts)
    encoder = ScaleEncoder()
    mean = RunningMean(mean: [[0, 0, 0]])
    try checkpoint.restore(parts)
    #expect(encoder.parameters == savedEncoder.parameters && mean == savedMean)

    // It takes the wrong number after it has changed: the run must not see that.
    mean.mean = [[9, 9, 9]]
    let before = mean
    mean.count = 3
    let error = #expect(throws: CheckpointError.self) { try checkpoint.save(parts) }
    #expect(
      error?.description
        == "\(checkpoint.path): part 'mean': history: expected 3 numbers, found 2 numbers")
    mean = before
    mean.mean = [[9, 9]]
    encoder.parameters[0].values[0, 0] = 7
    let shape = #expect(throws: CheckpointError.self) { try checkpoint.restore(parts) }
    #expect(
      shape?.description == "\(checkpoint.path): part 'mean': mean: expected 1 × 2, found 1 × 3")
    #expect(mean.mean == [[9, 9]] && encoder.parameters[0].values == [[7]])
  }
}
