import Contrastive
import TestSupport
import Testing

/// What cannot be refused where it is made, and is where it is used.
@Suite("Options that losses refuse")
struct RefusedOptionsTests {
  static let x = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 1)
  static let y = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 2)

  @Test("fewer threads than one")
  func threads() throws {
    let (x, y) = (Self.x, Self.y)
    var none = ComputeOptions(threads: 0)
    let pairs: [any PairedLoss] = [
      InfoNCE(temperature: 1), MoCoV3(temperature: 1), CLIP(temperature: 1), NTXent(temperature: 1),
      SigLIP(temperature: 1, bias: 0), try Alignment(),
    ]
    for loss in pairs {
      let error = #expect(throws: ContrastiveError.self) {
        try loss.value(queries: x, keys: y, options: none)
      }
      #expect(error == ContrastiveError(.threads, .integer(found: 0, expected: .positive)))
    }
    let batches: [any LabelledLoss] = [
      SupCon(temperature: 1), NTXentPairs(temperature: 1), TripletMargin(), Tolerance(),
    ]
    for loss in batches {
      #expect(throws: ContrastiveError.self) {
        try loss.value(embeddings: x, labels: [0, 0, 1, 1], options: none)
      }
    }
    let classes: [any ClassWeightLoss] = [NormFaceSoftmax(temperature: 1), CContrastive()]
    for loss in classes {
      #expect(throws: ContrastiveError.self) {
        try loss.value(features: x, classWeights: y, labels: [0, 1, 2, 3], options: none)
      }
    }
    #expect(throws: ContrastiveError.self) {
      try Uniformity().value(embeddings: x, options: none)
    }
    #expect(throws: ContrastiveError.self) {
      try InfoNCE(temperature: 1).sweep(
        queries: x, positives: y, temperatures: [1], options: none)
    }
    none.threads = -3
    let error = #expect(throws: ContrastiveError.self) {
      try CLIP(temperature: 1).value(images: x, texts: y, options: none)
    }
    #expect(error?.description == "threads: expected a positive whole number, found -3")
    none.threads = 1
    #expect(try CLIP(temperature: 1).value(images: x, texts: y, options: none) > 0)
  }

  @Test("a literal that is no temperature")
  func temperatures() throws {
    let losses: [any PairedLoss] = [
      InfoNCE(temperature: -0.1), MoCoV3(temperature: -0.1), CLIP(temperature: -0.1),
      NTXent(temperature: -0.1), SigLIP(temperature: -0.1, bias: 0),
      DecoupledContrastive(temperature: 0.1, weightTemperature: -0.1),
      try HardNegative(temperature: -0.1, positivePrior: 0.1, concentration: 1),
    ]
    for loss in losses {
      let error = #expect(throws: ContrastiveError.self) {
        try loss.value(queries: Self.x, keys: Self.y)
      }
      #expect(error?.problem == .number(found: -0.1, expected: .positive), "\(loss)")
    }
    #expect(throws: ContrastiveError.self) {
      try Distillation(temperature: 0).value(studentLogits: Self.x, teacherLogits: Self.y)
    }
    #expect(throws: ContrastiveError.self) {
      try CandidateSet.inBatch(size: 4).floor(temperature: -1)
    }
    #expect(throws: ContrastiveError.self) {
      try NegativeWeights(similarities: [0, 1], temperature: 0)
    }
  }
}
