package import ContrastiveEmbeddings
package import ContrastiveKernels

extension AnyEmbeddings {
  /// All unit rows: themselves, or a normalised copy.
  package func unitBlock(options: ComputeOptions) -> Block<Scalar> {
    if areUnit, !areRead { return matrix.block }
    let result: Block<Scalar> = options.block(rowCount: rowCount, columnCount: columnCount)
    setUnit(result, options: options)
    return result
  }

  /// Sets the unit rows.
  package func setUnit(_ target: Block<Scalar>, options: ComputeOptions) {
    forEachChunk(options: options) { rows in
      let target = target.rows(rows)
      let source = given(rows, into: target)
      if areUnit { target.copy(source) } else { target.setNormalized(source, on: options.isa) }
    }
  }

  /// The cosine of every row with the same row of `other`.
  package func cosines(with other: AnyEmbeddings, options: ComputeOptions) -> [Double] {
    let cosines = Block<Double>(rowCount: rowCount, columnCount: 1)
    forEachChunk(options: options) { rows in
      func unit(_ embeddings: AnyEmbeddings) -> Block<Scalar> {
        let scratch = Block<Scalar>(
          rowCount: embeddings.unitRowsNeedRoom ? rows.count : 0, columnCount: columnCount)
        return embeddings.unit(rows, into: scratch, on: options.isa)
      }
      let dots = unit(self).dots(with: unit(other), on: options.isa)
      for (row, dot) in zip(rows, dots) { cosines[row, 0] = dot }
    }
    return (0..<rowCount).map { cosines[$0, 0] }
  }

  /// Of every unit row: 0 of a zero row, and 1 to rounding of all others, which it is taken for.
  package func squaredLengths(options: ComputeOptions) -> [Double] {
    cosines(with: self, options: options).map { $0 == 0 ? 0 : 1 }
  }

  /// The gradient by these rows as they were given, in place of the one by their unit rows.
  ///
  /// A zero row has no direction to turn, whether it is raw or was given as a unit row: its gradient is 0.
  package func gradient(fromUnit gradient: Block<Scalar>?, options: ComputeOptions) -> Matrix<
    Scalar
  >? {
    guard let gradient else { return nil }
    if !areTakenAsGiven {
      forEachChunk(options: options) { rows in
        let scratch = Block<Scalar>(
          rowCount: areRead ? rows.count : 0, columnCount: columnCount)
        let (given, gradient) = (given(rows, into: scratch), gradient.rows(rows))
        if areUnit {
          gradient.clearRows(whereZero: given, on: options.isa)
        } else {
          gradient.pullBackNormalization(of: given, on: options.isa)
        }
      }
    }
    return Matrix(gradient)
  }

  private func forEachChunk(options: ComputeOptions, _ body: @Sendable (Range<Int>) -> Void) {
    let (rowCount, chunk) = (rowCount, 256)
    Workers.forEach((rowCount + chunk - 1) / chunk, threads: options.threads) { _, item in
      body(item * chunk..<min((item + 1) * chunk, rowCount))
    }
  }
}

extension Block {
  /// Sets to 0 the rows that are zero rows of other ones.
  fileprivate func clearRows(whereZero others: Block, on isa: InstructionSet) {
    for row in 0..<rowCount {
      // Hardly a unit row begins with 0: the others are not read.
      let first = others[row, 0]
      guard first * first == 0 else { continue }
      let other = others.rows(row..<row + 1)
      guard other.dots(with: other, on: isa)[0] == 0 else { continue }
      rows(row..<row + 1).clear()
    }
  }
}
