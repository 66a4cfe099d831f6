import Contrastive
import ContrastiveCheckpoints
import ContrastiveTraining
import TestSupport
import Testing

@Suite("MoCo's loop, as the README has it")
struct MoCoLoopTests {
  struct Loop {
    let loss = InfoNCE(temperature: 0.07)
    var random = SeededGenerator(seed: 1)
    let mixing: Matrix<Float>
    var (encoder, keyEncoder): (LinearEncoder<Float>, LinearEncoder<Float>)
    var optimizer = Adam<Float>(learningRate: 3e-3)
    var queue: KeyQueue<Float>
    var step = 0

    init() throws {
      mixing = UnitRows<Float>.random(rowCount: 64, columnCount: 8, using: &random).matrix
      encoder = try .random(inputDimension: 64, outputDimension: 32, using: &random)
      keyEncoder = encoder
      queue = try KeyQueue(capacity: 500, dimension: 32, prefill: .random(seed: 2))
    }

    mutating func parts(_ run: inout CheckpointParts) {
      run.include(&encoder, as: "encoder")
      run.include(&keyEncoder, as: "keyEncoder")
      run.include(&optimizer, as: "optimizer")
      run.include(&queue, as: "queue")
      run.include(&random, as: "random")
      run.include(&step, as: "step")
    }

    private mutating func rows(_ rowCount: Int, _ columnCount: Int) -> Matrix<Float> {
      UnitRows<Float>.random(rowCount: rowCount, columnCount: columnCount, using: &random).matrix
    }

    mutating func run(to end: Int) throws -> [Float] {
      var losses: [Float] = []
      while step < end {
        let content = try Similarity.dot.matrix(rows(32, 8), mixing)
        var (inputs, view) = (content, content)
        try inputs.add(rows(32, 64), times: 3)
        try view.add(rows(32, 64), times: 3)
        let keys = try keyEncoder(view)
        let (queries, pass) = try encoder.forward(inputs)
        let result = try loss.valueWithGradient(
          queries: queries, positives: keys, negatives: .shared(queue.keys), of: .queries)
        let gradient = try encoder.backward(result.gradient.queries, through: pass)
        try optimizer.update(&encoder.parameters, by: gradient)
        try keyEncoder.parameters.update(toward: encoder.parameters, momentum: 0.99)
        try queue.enqueue(keys)
        step += 1
        losses.append(result.value)
      }
      return losses
    }
  }

  // The queue goes round after 15 steps, inside a batch.
  @Test("saves and resumes to the bit", arguments: [1, 10, 20])
  func resume(count: Int) throws {
    let directory = try TemporaryDirectory()
    var whole = try Loop()
    let losses = try whole.run(to: 2 * count)
    try Checkpoint(at: directory("whole")).save { whole.parts(&$0) }

    let checkpoint = Checkpoint(at: directory("moco.safetensors"))
    var first = try Loop()
    #expect(try first.run(to: count) == Array(losses[..<count]))
    try checkpoint.save { first.parts(&$0) }
    var second = try Loop()
    try checkpoint.restore { second.parts(&$0) }
    #expect(try second.run(to: 2 * count) == Array(losses[count...]))
    try checkpoint.save { second.parts(&$0) }
    #expect(try contents(of: checkpoint.path) == contents(of: directory("whole")))
  }
}
