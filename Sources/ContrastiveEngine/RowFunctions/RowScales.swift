/// s = 1/τ of the rows of a call: one for all, or one each.
package enum RowScales: Hashable, Sendable {
  case one(Double)
  case each([Double])

  package subscript(row: Int) -> Double {
    switch self {
    case .one(let scale): scale
    case .each(let scales): scales[row]
    }
  }

  /// Those of some rows.
  package subscript(rows: Range<Int>) -> RowScales {
    if case .each(let scales) = self { .each(Array(scales[rows])) } else { self }
  }

  /// Those of a list of rows.
  package func selecting(_ rows: [Int]) -> RowScales {
    if case .each(let scales) = self { .each(rows.map { scales[$0] }) } else { self }
  }

  package var largest: Double {
    switch self {
    case .one(let scale): scale
    case .each(let scales): scales.max() ?? 0
    }
  }

  package func list(count: Int) -> [Double] {
    switch self {
    case .one(let scale): Array(repeating: scale, count: count)
    case .each(let scales): scales
    }
  }
}
