import Contrastive
import Foundation
import TestSupport

extension PositiveForm {
  /// The form of a reference case, whose names are the command line's.
  init(_ reference: Reference.Case) throws {
    let name = try reference.text("form")
    guard let form = Self.allCases.first(where: { $0.referenceName == name }) else {
      throw UnknownForm(name: name)
    }
    self = form
  }

  private struct UnknownForm: Error { let name: String }

  private var referenceName: String {
    switch self {
    case .meanOutside: "mean-outside"
    case .eachAgainstNegatives: "each-against-negatives"
    case .sumInside: "sum-inside"
    }
  }

  /// A term of one row at cosine `own` with its positives and `other` with its negatives.
  func term(positives: Int, negatives: Int, own: Double, other: Double, scale: Double) -> Double {
    let ratio = Double(negatives) * exp(scale * (other - own))
    return switch self {
    case .meanOutside: log(Double(positives) + ratio)
    case .eachAgainstNegatives: log1p(ratio)
    case .sumInside: log1p(ratio / Double(positives))
    }
  }
}

extension PairPositives {
  /// Those of a reference case.
  init(_ reference: Reference.Case) throws {
    self = .equalIDs(
      queries: try reference.integers("queryIds"), keys: try reference.integers("keyIds"))
  }
}

extension Matrix where Scalar == Double {
  /// The corners of a regular simplex, each as often as `counts` says, one after another.
  static func simplex(_ corners: Int, times count: Int) -> Matrix {
    Matrix(rowCount: corners * count, columnCount: corners) { row, column in
      (row / count == column ? 1 : 0) - 1 / Double(corners)
    }
  }
}
