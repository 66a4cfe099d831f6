/// A number, and how far off it may be.
struct Estimate: Hashable, Sendable {
  let value: Double
  let halfWidth: Double

  var low: Double { value - halfWidth }
  var high: Double { value + halfWidth }

  /// Whether 0 is outside of what it may be.
  var isToldFromZero: Bool { abs(value) > halfWidth }
}

extension Estimate: JSONRepresentable {
  var json: JSON {
    let object: JSONObject = ["value": value, "low": low, "high": high]
    return object.json
  }
}
