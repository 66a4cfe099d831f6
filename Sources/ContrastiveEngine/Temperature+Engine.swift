package import ContrastiveEmbeddings
package import ContrastiveKernels

extension Temperature {
  /// The largest s whose logits a scalar can hold, with room for their sums.
  package func largestScale<Scalar: EmbeddingScalar>(for scalar: Scalar.Type) -> Double {
    Double(Scalar.greatestFiniteMagnitude).squareRoot()
  }

  /// s, if the scalar can hold it with room for the logits' sums.
  package func scale<Scalar: EmbeddingScalar>(
    for scalar: Scalar.Type
  ) throws(ContrastiveError) -> Double {
    try requireValid()
    let largest = largestScale(for: scalar)
    let smallest = Double(Scalar.leastNormalMagnitude)
    guard scale <= largest, scale >= smallest else {
      throw .init(
        .temperature,
        .number(
          found: value,
          expected: .from(1 / largest, to: 1 / smallest, "in \(Scalar.self) arithmetic")))
    }
    return scale
  }
}

extension Temperature {
  /// s, where it is multiplied into cosines with the exponential: in a sweep, and of temperatures of rows.
  ///
  /// There s·c is rounded once and its maximum once more, by up to s·ε/2 each, which is not to be much of an exponent.
  package func exponentScale<Scalar: EmbeddingScalar>(
    for scalar: Scalar.Type
  ) throws(ContrastiveError) -> Double {
    let scale = try scale(for: scalar)
    let largest = 16 / Double(Scalar.ulpOfOne)
    guard scale <= largest else {
      throw .init(
        .temperature,
        .number(
          found: value,
          expected: .from(
            1 / largest, to: 1 / Double(Scalar.leastNormalMagnitude),
            "in \(Scalar.self) arithmetic, beside others")))
    }
    return scale
  }
}

extension Temperature {
  /// A temperature whose scale is a multiple of a parameter, which has another name.
  ///
  /// - Throws: `ContrastiveError` that names the parameter, if a scalar cannot hold the scale.
  package init<Scalar: EmbeddingScalar>(
    scale factor: Double, times parameter: Double, named name: ContrastiveError.Argument,
    for scalar: Scalar.Type
  ) throws(ContrastiveError) {
    do {
      self = try Temperature(scale: factor * parameter)
      _ = try scale(for: scalar)
    } catch {
      throw .init(
        name,
        .number(
          found: parameter,
          expected: .from(
            Double(Scalar.leastNormalMagnitude) / factor,
            to: Temperature(1).largestScale(for: scalar) / factor, "in \(Scalar.self) arithmetic")))
    }
  }
}

extension Temperature {
  /// s of every row, if the scalar can hold it.
  ///
  /// - Parameters:
  ///   - rowCount: How many rows there are to a side.
  ///   - sides: How many sides there are, rows of which may share their temperatures: two views, or images and
  ///     texts.
  ///   - name: What the rows are, for the error.
  package func scales<Scalar: EmbeddingScalar>(
    for scalar: Scalar.Type, rowCount: Int, sides: Int = 1, of name: ContrastiveError.Argument
  ) throws(ContrastiveError) -> RowScales {
    guard let rowScales else { return .one(try scale(for: scalar)) }
    guard rowScales.count == rowCount || rowScales.count == sides * rowCount else {
      throw .init(
        .temperatures,
        .count(
          found: rowScales.count,
          expected: .init(sides == 1 ? .exactly : .times(sides), rowCount, .as(name))))
    }
    for (row, scale) in rowScales.enumerated() {
      do {
        _ = try Temperature(scale: scale).exponentScale(for: scalar)
      } catch {
        throw .init(.temperatures, row: row, error.problem)
      }
    }
    let copies = rowScales.count == rowCount ? sides : 1
    return .each((0..<copies).flatMap { _ in rowScales })
  }
}

extension Double {
  package func requireFinite(_ name: ContrastiveError.Argument) throws(ContrastiveError) {
    guard isFinite else { throw .init(name, .number(found: self, expected: .finite)) }
  }

  package func requirePositive(_ name: ContrastiveError.Argument) throws(ContrastiveError) {
    guard self > 0, isFinite else {
      throw .init(name, .number(found: self, expected: .positive))
    }
  }

  /// Requires that the scalar can hold this number with room for sums of the logits or distances
  /// that it is added to.
  ///
  /// - Parameters:
  ///   - name: What it is, for the error.
  ///   - row: Which row it is of.
  ///   - least: What it has to be at least; `nil` if it may be as low as it may be high.
  package func requireLogit<Scalar: EmbeddingScalar>(
    as scalar: Scalar.Type, named name: ContrastiveError.Argument, row: Int? = nil,
    atLeast least: Double? = nil
  ) throws(ContrastiveError) {
    let largest = Double(Scalar.greatestFiniteMagnitude).squareRoot()
    let range = (least ?? -largest)...largest
    guard range.contains(self) else {
      throw .init(
        name, row: row,
        .number(
          found: self,
          expected: .from(range.lowerBound, to: largest, "in \(Scalar.self) arithmetic")))
    }
  }
}
