package import ContrastiveKernels

/// What exponentials are taken relative to, so that none overflows and none that matters vanishes.
package enum Shift: Hashable, Sendable {
  /// The running maximum of each row.
  case maxima
  /// One number for all rows and columns, times the exponent.
  case shared(Double)
  /// A number for each row, times the exponent.
  case each([Double])

  package var isGiven: Bool { self != .maxima }

  /// Whether rows and columns can share their exponentials.
  package var isShared: Bool { if case .shared = self { true } else { false } }

  /// Half of the largest logit if every exponential is then well inside the scalar's range, and so
  /// is its product with an element of a unit row: exp(−1.5·40) is 9e-27 in Float. No maximum is
  /// looked for then, and rows and columns can share their exponentials.
  ///
  /// Rows that are given as unit rows may be up to 1.25 long, and the exponent of opposite ones as low as
  /// −(1.25² + 0.5)·s: −82.5 and −701 at the limits, where exp vanishes below −87 and −708.
  ///
  /// A weight of 1e12 or 1e-24, divided by such a sum, might leave the range after all.
  ///
  /// - Parameters:
  ///   - bias: The largest |b| that is added to a logit.
  ///   - takesMaxima: Whether running maxima are wanted all the same.
  package init<Scalar: EmbeddingScalar>(
    scales: RowScales, exponents: [Double], bias: Double = 0, weights: TermWeights,
    takesMaxima: Bool, as scalar: Scalar.Type
  ) {
    let limit = Scalar.self == Float.self ? 40.0 : 340
    let sharpest = scales.largest * (exponents.max() ?? 1) + bias
    guard sharpest <= limit, weights.areModerate, !takesMaxima else {
      self = .maxima
      return
    }
    switch scales {
    case .one(let scale): self = .shared(Double(Scalar(scale / 2)))
    case .each(let scales): self = .each(scales.map { Double(Scalar($0 / 2)) })
    }
  }

  /// Those of some rows.
  package subscript(rows: Range<Int>) -> Shift {
    if case .each(let shifts) = self { .each(Array(shifts[rows])) } else { self }
  }

  func initial(exponent: Double, rowCount: Int) -> [Double] {
    switch self {
    case .maxima: Array(repeating: -.infinity, count: rowCount)
    case .shared(let shift): Array(repeating: Double(Float(exponent * shift)), count: rowCount)
    case .each(let shifts): shifts.map { Double(Float(exponent * $0)) }
    }
  }
}
