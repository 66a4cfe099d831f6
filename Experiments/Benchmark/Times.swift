/// The times of several calls in short.
struct Times: Hashable {
  let min: Double
  let median: Double
  let max: Double

  /// - Parameter times: In any order.
  /// - Returns: `nil` for no times.
  init?(_ times: [Double]) {
    let sorted = times.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    (min, max) = (first, last)
    median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

extension Times: JSONRepresentable {
  var json: JSON {
    let object: JSONObject = ["min": min, "median": median, "max": max]
    return object.json
  }
}
