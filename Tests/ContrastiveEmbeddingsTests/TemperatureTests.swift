import ContrastiveEmbeddings
import Foundation
import Testing

@Suite("A temperature")
struct TemperatureTests {
  @Test("reads as τ, as s and as log s", arguments: [1e-3, 0.0625, 1, 1e3])
  func readings(_ value: Double) throws {
    let temperature = try Temperature(value)
    #expect(temperature.value == value)
    #expect(temperature.scale == 1 / value)
    #expect(temperature.logScale == log(1 / value))
    let scaled = try Temperature(scale: 1 / value)
    #expect(scaled.scale == 1 / value)
    #expect(abs(scaled.value / value - 1) <= .ulpOfOne)
    let logScaled = try Temperature(logScale: -log(value))
    // exp of a number known to half an ulp of up to 7.
    #expect(abs(logScaled.value / value - 1) < 8 * .ulpOfOne)
  }

  @Test("is a literal")
  func literals() {
    let soft: Temperature = 2
    let sharp: Temperature = 0.07
    #expect((soft.value, soft.scale) == (2, 0.5))
    #expect(sharp.value == 0.07)
    #expect("\(sharp)" == "τ = 0.07")
  }

  @Test(
    "is positive and finite, and so is its reciprocal",
    arguments: [0, -0.07, .nan, .infinity, -.infinity, .leastNonzeroMagnitude] as [Double])
  func bad(_ value: Double) {
    let temperature = #expect(throws: ContrastiveError.self) { try Temperature(value) }
    #expect(
      temperature?.description == "temperature: expected a positive finite number, found \(value)")
    let scale = #expect(throws: ContrastiveError.self) { try Temperature(scale: value) }
    #expect(scale?.description == "scale: expected a positive finite number, found \(value)")
  }

  @Test(
    "has a log scale that can be undone", arguments: [.nan, .infinity, 1000, -1000] as [Double])
  func badLogScale(_ value: Double) {
    let error = #expect(throws: ContrastiveError.self) { try Temperature(logScale: value) }
    #expect(
      error?.description
        == "logScale: expected a number from -709.78 to 709.78, found \(value)")
  }

  @Test("is taken from Float too")
  func floats() throws {
    #expect(try Temperature(Float(0.25)) == 0.25)
    #expect(try Temperature(scale: Float(4)) == 0.25)
    #expect(try Temperature(logScale: Float(0)) == 1)
    let error = #expect(throws: ContrastiveError.self) { try Temperature(Float(-1)) }
    #expect(error == ContrastiveError(.temperature, .number(found: -1, expected: .positive)))
  }

  // A literal argument picks the literal's initialiser (SE-0213), which cannot throw.
  @Test("as a literal that is none is there to be refused, and stops nothing")
  func badLiterals() {
    for literal: Temperature in [0, -0.5, Temperature(-0.1), Temperature(floatLiteral: .infinity)] {
      #expect(!literal.isValid)
      let error = #expect(throws: ContrastiveError.self) { try literal.requireValid() }
      #expect(
        error?.description
          == "temperature: expected a positive finite number, found \(literal.value)")
    }
    #expect(Temperature(0.1).isValid)
  }

  @Test("that is none stops the program where nothing can throw")
  func trap() async {
    await #expect(processExitsWith: .failure) { _ = Temperature(-0.1).checked }
  }
}
