import Foundation
import Testing

/// A JSON file of expected values beside the tests.
func resource<Contents: Decodable>(_ name: String) throws -> Contents {
  let url = try #require(
    Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Resources"))
  return try JSONDecoder().decode(Contents.self, from: Data(contentsOf: url))
}

/// Expects a value within a relative error of another; 0 must be 0.
func expectClose(
  _ value: Double, _ expected: Double, relative: Double,
  _ comment: @autoclosure () -> Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    abs(value - expected) <= relative * abs(expected),
    "\(value) for \(expected), relative \((value - expected) / expected) \(comment() ?? "")",
    sourceLocation: sourceLocation)
}
