import ArgumentParser
import Contrastive
import Testing

@testable import Experiments

@Suite("TemperatureOptions")
struct TemperatureOptionsTests {
  private static func temperature(_ arguments: String...) throws -> Temperature {
    try TemperatureOptions.parse(arguments.attachingDashedValues).temperature(default: nil)
  }

  @Test("takes any of the three readings")
  func readings() throws {
    #expect(try Self.temperature("--temperature", "0.07").value == 0.07)
    #expect(try Self.temperature("--scale", "14").scale == 14)
    #expect(try Self.temperature("--logit-scale", "2").scale == Temperature(logScale: 2).scale)
    #expect(try Self.temperature("--logit-scale", "-2").value == Temperature(logScale: -2).value)
  }

  @Test("takes several that agree, and the first as it is")
  func agreement() throws {
    let temperature = try Self.temperature(
      "--temperature", "0.07", "--scale", "14.28571428", "--logit-scale", "2.6592600369")
    #expect(temperature.value == 0.07)
  }

  @Test("refuses several that do not")
  func disagreement() {
    #expect(throws: ValidationError.self) {
      try Self.temperature("--temperature", "0.07", "--scale", "14.2857")
    }
  }

  @Test("has a default only where there is one")
  func missing() throws {
    let none = try TemperatureOptions.parse([])
    #expect(none.isEmpty)
    #expect(try none.temperature(default: 0.5).value == 0.5)
    #expect(throws: ValidationError.self) { try none.temperature(default: nil) }
  }

  @Test(
    "names the option whose number is out of range",
    arguments: ["--temperature", "--scale", "--logit-scale"])
  func outOfRange(option: String) throws {
    let error = #expect(throws: ContrastiveError.self) {
      try Self.temperature(option, "-1e999")
    }
    let description = try #require(error).description
    #expect(description.hasPrefix("\(option): expected ") && !description.contains("\n"))
  }
}
