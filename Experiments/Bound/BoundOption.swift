/// A parameter of the command `bound`.
enum BoundOption: String, CaseIterable {
  case classes, negatives, batch, candidates, dimension, temperature, t, floor

  /// As on the command line.
  var text: String {
    switch self {
    case .temperature: "--temperature τ"
    case .t: "--t t"
    case .floor: "--floor ε"
    case .dimension: "--dimension d"
    case .classes: "--classes n"
    case .negatives: "--negatives K"
    case .batch, .candidates: "--\(rawValue) N"
    }
  }
}
