extension Block {
  /// The elements of a row.
  @_lifetime(borrow self)
  package func row(_ index: Int) -> Span<Scalar> {
    precondition(index >= 0 && index < rowCount, "row out of range")
    let span = unsafe Span(_unsafeStart: source + index * rowStride, count: columnCount)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// Multiplies row r by `factors[r]`.
  package func scaleRows(by factors: [Scalar], on isa: InstructionSet = .best) {
    precondition(factors.count >= rowCount, "one factor per row")
    unsafe factors.withUnsafeBufferPointer { factors in
      guard let factors = factors.baseAddress else { return }
      unsafe Scalar._scaleRows(target, rowCount, columnCount, rowStride, factors, on: isa)
    }
  }

  /// Adds row r of `other`, times `factors[r]` if they are given, to row r.
  package func add(_ other: Block, times factors: [Scalar]? = nil, on isa: InstructionSet = .best) {
    checkSameShape(as: other)
    guard let factors else {
      unsafe Scalar._addRows(
        other.source, other.rowStride, nil, rowCount, columnCount, target, rowStride, on: isa)
      return
    }
    precondition(factors.count >= rowCount, "one factor per row")
    unsafe factors.withUnsafeBufferPointer { factors in
      unsafe Scalar._addRows(
        other.source, other.rowStride, factors.baseAddress, rowCount, columnCount, target,
        rowStride, on: isa)
    }
  }

  /// Sets all elements to 0.
  package func clear() {
    for r in 0..<rowCount {
      unsafe UnsafeMutableRawPointer(target + r * rowStride).initializeMemory(
        as: UInt8.self, repeating: 0, count: columnCount * MemoryLayout<Scalar>.stride)
    }
  }

  /// Copies the elements of `other`.
  package func copy(_ other: Block) {
    checkSameShape(as: other)
    for r in 0..<rowCount {
      unsafe (target + r * rowStride).update(
        from: other.source + r * other.rowStride, count: columnCount)
    }
  }

  /// Copies rows that begin `rowStride` elements after one another.
  package func copy(_ elements: Span<Scalar>, rowStride: Int) {
    precondition(
      Self.fits(
        in: elements.count, offset: 0, rowCount: rowCount, columnCount: columnCount,
        rowStride: rowStride), "the rows lie outside their span")
    unsafe elements.withUnsafeBufferPointer { elements in
      guard let first = elements.baseAddress else { return }
      for r in 0..<rowCount {
        unsafe (target + r * self.rowStride).update(from: first + r * rowStride, count: columnCount)
      }
    }
  }

  /// The elements, row by row, in a new array.
  package var elements: [Scalar] {
    let count = rowCount * columnCount
    return unsafe [Scalar](unsafeUninitializedCapacity: count) { result, initialized in
      initialized = count
      guard let first = result.baseAddress else { return }
      for r in 0..<rowCount {
        unsafe (first + r * columnCount).initialize(
          from: source + r * rowStride, count: columnCount)
      }
    }
  }

  /// Copies the rows of `other` that a list names, in its order.
  package func copy(_ other: Block, rows list: some Collection<Int>) {
    precondition(list.count == rowCount, "one row per number of the list")
    for (row, source) in list.enumerated() {
      rows(row..<row + 1).copy(other.rows(source..<source + 1))
    }
  }

  /// Copies the elements of `other`, which may be of another precision.
  @specialized(where Scalar == Double, Other == Float)
  @specialized(where Scalar == Float, Other == Double)
  @specialized(where Scalar == Double, Other == Double)
  package func copy<Other: EmbeddingScalar>(converting other: Block<Other>) {
    precondition(
      rowCount == other.rowCount && columnCount == other.columnCount,
      "two blocks that go together have different shapes")
    for r in 0..<rowCount {
      let (x, y) = unsafe (other.source + r * other.rowStride, target + r * rowStride)
      for c in 0..<columnCount { unsafe y[c] = Scalar(x[c]) }
    }
  }

  /// The inner product of every row with the same row of `other`.
  package func dots(with other: Block, on isa: InstructionSet = .best) -> [Double] {
    checkSameShape(as: other)
    return unsafe [Double](unsafeUninitializedCapacity: rowCount) { result, count in
      count = rowCount
      guard let result = result.baseAddress else { return }
      unsafe Scalar._dots(
        source, rowStride, other.source, other.rowStride, rowCount, columnCount, result, on: isa)
    }
  }

  /// The same, by several threads.
  package func dots(with other: Block, threads: Int, on isa: InstructionSet) -> [Double] {
    checkSameShape(as: other)
    let (chunk, rowCount) = (256, rowCount)
    guard threads > 1, rowCount > chunk else { return dots(with: other, on: isa) }
    let parts = Block<Double>(rowCount: 1, columnCount: rowCount, zeroed: false)
    Workers.forEach((rowCount + chunk - 1) / chunk, threads: threads) { _, item in
      let own = item * chunk..<min((item + 1) * chunk, rowCount)
      let (a, b, target) = (rows(own), other.rows(own), parts.columns(own))
      unsafe Scalar._dots(
        a.source, a.rowStride, b.source, b.rowStride, own.count, a.columnCount, target.target,
        on: isa)
    }
    return unsafe Array(UnsafeBufferPointer(start: parts.source, count: rowCount))
  }

  /// The squared distance of every row from the same row of `other`, as Σ(a − b)².
  ///
  /// Not 2 − 2·cos, which has no correct digit left for rows that are close.
  package func squaredDistances(from other: Block, on isa: InstructionSet = .best) -> [Double] {
    checkSameShape(as: other)
    return unsafe [Double](unsafeUninitializedCapacity: rowCount) { result, count in
      count = rowCount
      guard let result = result.baseAddress else { return }
      unsafe Scalar._squaredDistances(
        source, rowStride, other.source, other.rowStride, rowCount, columnCount, result, on: isa)
    }
  }

  /// Adds the sum of column c to `sums[c]`.
  package func addColumnSums(to sums: inout [Double], on isa: InstructionSet = .best) {
    precondition(sums.count >= columnCount, "one sum per column")
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      unsafe Scalar._columnSums(source, rowCount, columnCount, rowStride, sums, on: isa)
    }
  }

  /// The sum of every column, by several threads; the same for any number of them.
  package func columnSums(threads: Int, on isa: InstructionSet) -> [Double] {
    let chunk = 256
    let partCount = (rowCount + chunk - 1) / chunk
    let parts = Block<Double>(rowCount: partCount, columnCount: columnCount)
    Workers.forEach(partCount, threads: threads) { _, item in
      var sums = Array(repeating: 0.0, count: columnCount)
      rows(item * chunk..<min((item + 1) * chunk, rowCount)).addColumnSums(to: &sums, on: isa)
      for column in sums.indices { parts[item, column] = sums[column] }
    }
    var sums = Array(repeating: 0.0, count: columnCount)
    parts.addColumnSums(to: &sums, on: isa)
    return sums
  }

  /// Sets the rows of `other` divided by their lengths.
  ///
  /// ```
  /// x̂ = x / max(‖x‖, ε),    ε = Scalar.leastNormalMagnitude
  /// ```
  package func setNormalized(_ other: Block, on isa: InstructionSet = .best) {
    checkSameShape(as: other)
    unsafe Scalar._normalize(
      other.source, other.rowStride, rowCount, columnCount, target, rowStride, on: isa)
  }

  /// Turns a gradient by the unit rows x̂ into the gradient by the rows x.
  ///
  /// ```
  /// g = (ĝ − x̂·⟨x̂, ĝ⟩) / ‖x‖,    0 where ‖x‖ ≤ ε
  /// ```
  package func pullBackNormalization(of x: Block, on isa: InstructionSet = .best) {
    checkSameShape(as: x)
    unsafe Scalar._normalizePullback(
      x.source, x.rowStride, rowCount, columnCount, target, rowStride, on: isa)
  }

  /// The first row that holds a NaN or an infinity.
  package func firstNotFiniteRow(on isa: InstructionSet = .best) -> Int? {
    let row = unsafe Scalar._firstNotFiniteRow(
      source, rowCount, columnCount, rowStride, on: isa)
    return row < rowCount ? row : nil
  }

  private func checkSameShape(as other: Block) {
    precondition(
      rowCount == other.rowCount && columnCount == other.columnCount,
      "two blocks that go together have different shapes")
  }
}
