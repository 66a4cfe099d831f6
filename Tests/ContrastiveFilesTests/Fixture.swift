import Foundation
import Testing

/// The path of a fixture.
func fixture(_ name: String) throws -> String {
  let fixtures = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
  return fixtures.appendingPathComponent(name).path
}
