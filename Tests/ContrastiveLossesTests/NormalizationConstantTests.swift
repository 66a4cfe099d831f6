import Contrastive
import Foundation
import Testing

@Suite("Z")
struct NormalizationConstantTests {
  @Test("moves toward an estimate, at whatever size")
  func update() throws {
    var z = try NormalizationConstant(2)
    try z.update(toward: try NormalizationConstant(6), momentum: 0.75)
    #expect(abs(z.value - 3) < 1e-15)
    try z.update(toward: try NormalizationConstant(logValue: 1000), momentum: 1)
    #expect(abs(z.value - 3) < 1e-15)
    try z.update(toward: try NormalizationConstant(logValue: 1000), momentum: 0)
    #expect(z.logValue == 1000 && z.value == .infinity)
    try z.update(toward: try NormalizationConstant(logValue: 1001), momentum: 0.5)
    #expect(abs(z.logValue - (1000 + log((1 + exp(1.0)) / 2))) < 1e-12)
  }

  @Test("is positive and finite", arguments: [0, -1, .nan, .infinity] as [Double])
  func outOfRange(_ value: Double) {
    let error = #expect(throws: ContrastiveError.self) { try NormalizationConstant(value) }
    #expect(error?.description == "Z: expected a positive finite number, found \(value)")
    #expect(throws: ContrastiveError.self) {
      try NormalizationConstant(logValue: value == 0 || value == -1 ? .infinity : value)
    }
  }

  @Test("takes a momentum from 0 to 1", arguments: [-0.1, 1.1, .nan])
  func momentum(_ value: Double) throws {
    var z = try NormalizationConstant(1)
    let one = z
    let error = #expect(throws: ContrastiveError.self) {
      try z.update(toward: one, momentum: value)
    }
    #expect(error?.description == "momentum: expected a number from 0 to 1, found \(value)")
    #expect(z == one)
  }
}
