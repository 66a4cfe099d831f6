import ContrastiveEmbeddings
package import ContrastiveKernels

extension RowStatistics {
  /// Adds a tile's logits, one row per row, as online softmax does.
  ///
  /// - Parameters:
  ///   - bias: b of every column.
  ///   - storing: With one exponent, whether to leave exp(u) in the place of z.
  /// - Returns: What anything else that was added up relative to the first exponent's old shifts has to be
  ///   multiplied by; `nil` if that is 1 for every row.
  @discardableResult
  package mutating func add<Scalar: EmbeddingScalar>(
    _ logits: Block<Scalar>, bias: [Scalar]? = nil, storing: Bool = false, on isa: InstructionSet
  ) -> [Double]? {
    var factors: [Double]?
    var none: RankCounts?
    if !shift.isGiven {
      if let bias {
        for t in exponents.indices.reversed() {
          var larger = shifts[t]
          if t == 0 {
            logits.updateMaximum(
              &larger, exponent: exponents[t].forKernels, bias: bias, counting: &ranks, on: isa)
          } else {
            logits.updateMaximum(
              &larger, exponent: exponents[t].forKernels, bias: bias, counting: &none, on: isa)
          }
          factors = raiseShifts(exponent: t, to: larger)
        }
      } else {
        var larger = largest
        logits.updateMaximum(&larger, counting: &ranks, on: isa)
        factors = raise(to: larger, as: Scalar.self)
      }
    }
    if exponents.count > 2, bias == nil, shift.isGiven {
      logits.addExponentialSums(
        to: &sums, exponents: exponents.map(\.forKernels), shifts: shifts, counting: &ranks, on: isa
      )
    } else if exponents.count > 2, bias == nil {
      logits.addExponentialSums(
        to: &sums, exponents: exponents.map(\.forKernels), shifts: shifts.map(\.finite),
        counting: &none, on: isa)
    } else {
      for t in exponents.indices {
        // With running maxima the pass that looked for them has counted the ranks.
        if shift.isGiven, t == 0 {
          logits.addExponentialSums(
            to: &sums[t], exponent: exponents[t].forKernels, shift: shifts[t], bias: bias,
            storing: storing,
            counting: &ranks, on: isa)
        } else {
          logits.addExponentialSums(
            to: &sums[t], exponent: exponents[t].forKernels, shift: shifts[t].finite, bias: bias,
            storing: storing, counting: &none, on: isa)
        }
      }
    }
    return factors
  }

  /// Takes in what is wanted of a tile besides its sums, before it is anything but logits.
  ///
  /// - Parameter column: The first column's place among those of all arrays.
  package mutating func addDetail<Scalar: EmbeddingScalar>(
    _ logits: Block<Scalar>, fromColumn column: Int, workspace: Workspace, on isa: InstructionSet
  ) {
    top?.add(logits, fromColumn: column, workspace: workspace, on: isa)
    histogram?.add(logits, on: isa)
  }

  /// Adds a tile's logits, of one exponent 1, to the statistics of its rows and to those of its columns.
  ///
  /// - Parameters:
  ///   - offset: The row in `columns` that the tile's first column is.
  ///   - scales: Where every row and column has a scale of its own, and the tile holds cosines.
  ///   - storing: Whether to leave the rows' exp(u) in the place of z.
  package static func add<Scalar: EmbeddingScalar>(
    _ logits: Block<Scalar>, rows: inout RowStatistics, columns: inout RowStatistics,
    from offset: Int, scales: MutualScales? = nil, storing: Bool, on isa: InstructionSet
  ) {
    if rows.shift.isShared {
      logits.addMutualSums(
        rows: &rows.sums[0], columns: &columns.sums[0], from: offset, rowShift: rows.shifts[0],
        columnShift: nil, storing: storing, rowRanks: &rows.ranks, columnRanks: &columns.ranks,
        on: isa)
      return
    }
    rows.raise(toRowsOf: logits, scales: scales?.rows, on: isa)
    let own = offset..<offset + logits.columnCount
    var larger = Array(columns.largest[own])
    logits.updateColumnMaximum(&larger, counting: &columns.ranks, from: offset, on: isa)
    columns.raise(to: larger, from: offset, scales: scales?.columns, as: Scalar.self)
    var none: RankCounts?
    var noneOfColumns: RankCounts?
    logits.addMutualSums(
      rows: &rows.sums[0], columns: &columns.sums[0], from: offset,
      rowShift: rows.shifts[0].finite, columnShift: Array(columns.shifts[0][own]).finite,
      rowScale: scales?.rows, columnScale: scales?.columns, storing: storing, rowRanks: &none,
      columnRanks: &noneOfColumns, on: isa)
  }

  /// Raises the shifts to those of a tile's logits, or scaled cosines, and counts their ranks.
  package mutating func raise<Scalar: EmbeddingScalar>(
    toRowsOf logits: Block<Scalar>, scales: [Double]? = nil, on isa: InstructionSet
  ) {
    var larger = largest
    logits.updateMaximum(&larger, counting: &ranks, on: isa)
    raise(to: larger, scales: scales, as: Scalar.self)
  }

  /// Takes larger maxima, and brings the sums to them.
  ///
  /// - Parameters:
  ///   - offset: The row of the first of them.
  ///   - scales: What they are multiplied by, where they are cosines.
  /// - Returns: As `add(_:bias:storing:on:)`.
  @discardableResult
  package mutating func raise<Scalar: EmbeddingScalar>(
    to larger: [Double], from offset: Int = 0, scales: [Double]? = nil, as scalar: Scalar.Type
  ) -> [Double]? {
    // What the kernels can have for a shift: a number of the scalar.
    let isFloat = Scalar.self == Float.self
    var factors: [Double]?
    for index in larger.indices where larger[index] > largest[offset + index] {
      let row = offset + index
      largest[row] = larger[index]
      for t in exponents.indices {
        let exact = exponents[t] * larger[index] * (scales?[index] ?? 1)
        let shift = isFloat ? Double(Float(exact)) : exact
        let factor = rescale(exponent: t, row: row, to: shift)
        guard t == 0, factor != 1 else { continue }
        if factors == nil { factors = Array(repeating: 1, count: larger.count) }
        factors?[index] = factor
      }
    }
    return factors
  }

  private mutating func raiseShifts(exponent t: Int, to larger: [Double]) -> [Double]? {
    var factors: [Double]?
    for row in larger.indices where larger[row] > shifts[t][row] {
      let factor = rescale(exponent: t, row: row, to: larger[row])
      guard factor != 1 else { continue }
      if factors == nil { factors = Array(repeating: 1, count: larger.count) }
      factors?[row] = factor
    }
    return factors
  }
}

/// A scale for each row and each column of a tile.
package struct MutualScales: Sendable {
  package var rows: [Double]
  package var columns: [Double]

  package init(rows: [Double], columns: [Double]) {
    self.rows = rows
    self.columns = columns
  }
}

extension Double {
  /// An exponent whose product with −∞ is −∞: for 0 one by which exponentials are 1 all the same.
  var forKernels: Double { max(self, Double(Float.leastNormalMagnitude)) }
}

extension [Double] {
  /// A row of nothing but exceptions has no maximum; its terms vanish by any shift.
  var finite: [Double] { map { $0.isFinite ? $0 : 0 } }
}
