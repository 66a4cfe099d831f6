import CContrastiveKernels

extension Block {
  /// The elements of a row.
  @_lifetime(borrow self)
  package func row(_ index: Int) -> Span<Scalar> {
    precondition(index >= 0 && index < rowCount, "row out of range")
    let span = unsafe Span(_unsafeStart: elementsToRead + index * rowStride, count: columnCount)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// Multiplies row r by `factors[r]`.
  package func scaleRows(by factors: [Double], on isa: InstructionSet = .best) {
    precondition(factors.count >= rowCount, "one factor per row")
    unsafe Scalar.kernels(on: isa).pointee.scaleRows(target, factors)
  }

  /// Adds row r of `other`, times `factors[r]` if they are given, to row r.
  package func add(_ other: Block, times factors: [Double]? = nil, on isa: InstructionSet = .best) {
    checkSameShape(as: other)
    precondition(factors?.count ?? rowCount >= rowCount, "one factor per row")
    unsafe Scalar.kernels(on: isa).pointee.addRows(other.source, factors, target)
  }

  /// Sets all elements to 0.
  package func clear() {
    for r in 0..<rowCount {
      unsafe UnsafeMutableRawPointer(elementsToWrite + r * rowStride).initializeMemory(
        as: UInt8.self, repeating: 0, count: columnCount * MemoryLayout<Scalar>.stride)
    }
  }

  /// Copies the elements of `other`.
  package func copy(_ other: Block) {
    checkSameShape(as: other)
    for r in 0..<rowCount {
      unsafe (elementsToWrite + r * rowStride).update(
        from: other.elementsToRead + r * other.rowStride, count: columnCount)
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
        unsafe (elementsToWrite + r * self.rowStride).update(
          from: first + r * rowStride, count: columnCount)
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
          from: elementsToRead + r * rowStride, count: columnCount)
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
  package func copy<Other: EmbeddingScalar>(
    converting other: Block<Other>, on isa: InstructionSet = .best
  ) {
    precondition(
      rowCount == other.rowCount && columnCount == other.columnCount,
      "two blocks that go together have different shapes")
    unsafe Scalar.kernels(on: isa).pointee.convertRows(
      other.source, MemoryLayout<Other>.size, target)
  }

  /// Counts the elements in equal bins of a range, into the outermost those beyond it; −∞ in none.
  package func addHistogram(
    to counts: inout [Int64], over range: ClosedRange<Double>, on isa: InstructionSet = .best
  ) {
    precondition(!counts.isEmpty && range.lowerBound < range.upperBound, "a histogram has bins")
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      guard let first = counts.baseAddress else { return }
      unsafe Scalar.kernels(on: isa).pointee.histogram(
        source, range.lowerBound, range.upperBound, counts.count, first)
    }
  }

  /// Sets the transpose of `other`.
  package func setTransposed(_ other: Block, on isa: InstructionSet = .best) {
    precondition(
      rowCount == other.columnCount && columnCount == other.rowCount,
      "a transpose has another shape")
    unsafe Scalar.kernels(on: isa).pointee.transpose(other.source, target)
  }

  /// The inner product of every row with the same row of `other`.
  package func dots(with other: Block, on isa: InstructionSet = .best) -> [Double] {
    checkSameShape(as: other)
    return unsafe [Double](unsafeUninitializedCapacity: rowCount) { result, count in
      count = rowCount
      guard let result = result.baseAddress else { return }
      unsafe Scalar.kernels(on: isa).pointee.dots(source, other.source, result)
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
      unsafe Scalar.kernels(on: isa).pointee.dots(
        rows(own).source, other.rows(own).source, parts.columns(own).elementsToWrite)
    }
    return unsafe Array(UnsafeBufferPointer(start: parts.elementsToRead, count: rowCount))
  }

  /// The squared distance of every row from the same row of `other`, as Σ(a − b)².
  ///
  /// Not 2 − 2·cos, which has no correct digit left for rows that are close.
  package func squaredDistances(from other: Block, on isa: InstructionSet = .best) -> [Double] {
    checkSameShape(as: other)
    return unsafe [Double](unsafeUninitializedCapacity: rowCount) { result, count in
      count = rowCount
      guard let result = result.baseAddress else { return }
      unsafe Scalar.kernels(on: isa).pointee.squaredDistances(source, other.source, result)
    }
  }

  /// Adds the sum of column c to `sums[c]`.
  package func addColumnSums(to sums: inout [Double], on isa: InstructionSet = .best) {
    precondition(sums.count >= columnCount, "one sum per column")
    unsafe Scalar.kernels(on: isa).pointee.columnSums(source, &sums)
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
    unsafe Scalar.kernels(on: isa).pointee.normalize(other.source, target)
  }

  /// Turns a gradient by the unit rows x̂ into the gradient by the rows x.
  ///
  /// ```
  /// g = (ĝ − x̂·⟨x̂, ĝ⟩) / ‖x‖,    0 where ‖x‖ ≤ ε
  /// ```
  package func pullBackNormalization(of x: Block, on isa: InstructionSet = .best) {
    checkSameShape(as: x)
    unsafe Scalar.kernels(on: isa).pointee.normalizePullback(x.source, target)
  }

  /// The first row that holds a NaN or an infinity.
  package func firstNotFiniteRow(on isa: InstructionSet = .best) -> Int? {
    let row = unsafe Scalar.kernels(on: isa).pointee.firstNotFiniteRow(source)
    return row < rowCount ? row : nil
  }

  func checkSameShape(as other: Block) {
    precondition(
      rowCount == other.rowCount && columnCount == other.columnCount,
      "two blocks that go together have different shapes")
  }
}
