import ContrastiveKernels

/// The positives' logits of every anchor, and then in their place the slopes by them.
///
/// Every pair of an anchor and a positive has an element of its own, so that tiles can be filled in
/// by several threads.
struct PositiveTable<Scalar: EmbeddingScalar>: Sendable {
  private enum Shape: Sendable {
    case one
    case labels(LabelGroups, start: [Int])
    case lists(PositiveLists)
    /// Columns in order, one list after another.
    case columns([Int32], start: [Int])
  }
  private let shape: Shape
  private let values: Block<Scalar>

  /// One positive per anchor.
  init(_ logits: [Double]) {
    shape = .one
    values = Self.room(for: logits.count)
    for (anchor, logit) in logits.enumerated() { self[anchor] = Scalar(logit) }
  }

  /// The other rows of an anchor's label.
  init(_ groups: LabelGroups, anchorCount: Int) {
    var start = [0]
    for anchor in 0..<anchorCount {
      start.append(start[anchor] + groups.members(ofRow: anchor).count - 1)
    }
    shape = .labels(groups, start: start)
    values = Self.room(for: start[anchorCount])
  }

  /// The rows of every anchor's list.
  init(_ lists: PositiveLists) {
    shape = .lists(lists)
    values = Self.room(for: lists.starts.last ?? 0)
  }

  /// The columns that roles say are positives of rows.
  init(_ roles: ColumnRoles, rowCount: Int, columnCount: Int) {
    if case .lists(let lists) = roles {
      (shape, values) = (.lists(lists), Self.room(for: lists.starts.last ?? 0))
      return
    }
    let (columns, start) = Self.columns(roles, rowCount: rowCount, columnCount: columnCount)
    shape = .columns(columns, start: start)
    values = Self.room(for: columns.count)
  }

  /// Of rows and columns that are all anchors, the columns numbered after the rows: a pair has an element from each side.
  ///
  /// - Parameters:
  ///   - roles: Which columns are positives of a row.
  ///   - columnRoles: Which rows are positives of a column.
  init(_ roles: ColumnRoles, _ columnRoles: ColumnRoles, rowCount: Int, columnCount: Int) {
    let (columns, start) = Self.columns(roles, rowCount: rowCount, columnCount: columnCount)
    let (rows, rest) = Self.columns(columnRoles, rowCount: columnCount, columnCount: rowCount)
    shape = .columns(
      columns.map { Int32(rowCount) + $0 } + rows,
      start: start + rest.dropFirst().map { columns.count + $0 })
    values = Self.room(for: columns.count + rows.count)
  }

  private static func columns(
    _ roles: ColumnRoles, rowCount: Int, columnCount: Int
  ) -> (columns: [Int32], start: [Int]) {
    var (columns, start): ([Int32], [Int]) = ([], [0])
    for row in 0..<rowCount {
      roles.forEachException(ofRow: row, in: 0..<columnCount) { column, isPositive in
        if isPositive { columns.append(Int32(column)) }
      }
      start.append(columns.count)
    }
    return (columns, start)
  }

  /// In rows, as a block's stride is no larger than BLAS can take.
  private static func room(for count: Int) -> Block<Scalar> {
    let width = min(max(count, 1), 1 << 20)
    return Block(rowCount: (count + width - 1) / width, columnCount: width, zeroed: false)
  }

  /// Whether anchors have so few positives that each is much of its anchor's gradient.
  func areFew(anchorCount: Int) -> Bool {
    guard anchorCount > 0 else { return true }
    return range(ofAnchor: anchorCount - 1).upperBound <= 4 * anchorCount
  }

  /// An anchor's elements, its positives in order.
  func range(ofAnchor anchor: Int) -> Range<Int> {
    switch shape {
    case .one: anchor..<anchor + 1
    case .labels(_, let start), .columns(_, let start): start[anchor]..<start[anchor + 1]
    case .lists(let lists): lists.range(ofRow: anchor)
    }
  }

  /// The element of an anchor and one of its positives.
  func index(anchor: Int, positive: Int) -> Int {
    switch shape {
    case .one: return anchor
    case .labels(let groups, let start):
      let place = groups.place(ofRow: positive)
      return start[anchor] + (place > groups.place(ofRow: anchor) ? place - 1 : place)
    case .lists(let lists): return lists.index(row: anchor, column: positive)
    case .columns(let columns, let start):
      return columns[start[anchor]..<start[anchor + 1]].firstIndex(notBelow: Int32(positive))
    }
  }

  subscript(index: Int) -> Scalar {
    get { values[index / values.columnCount, index % values.columnCount] }
    nonmutating set { values[index / values.columnCount, index % values.columnCount] = newValue }
  }

  /// The logits of some anchors' positives.
  func logits(ofAnchors anchors: Range<Int>) -> PositiveLogits {
    guard let first = anchors.first, let last = anchors.last else { return PositiveLogits() }
    let all = range(ofAnchor: first).lowerBound..<range(ofAnchor: last).upperBound
    var result = PositiveLogits(all.map { Double(self[$0]) })
    result.first = all.lowerBound
    if case .one = shape { return result }
    result.starts = anchors.map { range(ofAnchor: $0).lowerBound - all.lowerBound } + [all.count]
    if case .lists(let lists) = shape { result.arePositive = lists.positives(ofRows: anchors) }
    return result
  }

  /// Puts the slopes in the logits' places.
  func setSlopes(_ slopes: [Double], from first: Int) {
    for (place, slope) in slopes.enumerated() { self[first + place] = Scalar(slope) }
  }
}
