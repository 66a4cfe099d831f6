import ArgumentParser

@testable import Experiments

extension ReportCommand {
  /// The report for a command line.
  static func report(_ arguments: [String]) throws -> Report {
    try parse(arguments).report(progress: ProgressLine(write: nil))
  }

  /// What `--json` prints for a command line.
  static func result(_ arguments: String...) throws -> JSONObject {
    try report(arguments).result
  }
}

extension JSON {
  var double: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// The numbers of an array, or nil if it holds anything else.
  var doubles: [Double]? {
    guard let elements else { return nil }
    let numbers = elements.compactMap(\.double)
    return numbers.count == elements.count ? numbers : nil
  }

  subscript(key: String) -> JSON? {
    if case .object(let object) = self { object[key] } else { nil }
  }
}
