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
  }
  private let shape: Shape
  private let values: Block<Scalar>

  /// One positive per anchor.
  //
  // Specialised, as the subscript: elements would be set through witness tables.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
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

  /// In rows, as a block's stride is no larger than BLAS can take.
  private static func room(for count: Int) -> Block<Scalar> {
    let width = min(max(count, 1), 1 << 20)
    return Block(rowCount: (count + width - 1) / width, columnCount: width, zeroed: false)
  }

  /// An anchor's elements, its positives in order.
  func range(ofAnchor anchor: Int) -> Range<Int> {
    switch shape {
    case .one: anchor..<anchor + 1
    case .labels(_, let start): start[anchor]..<start[anchor + 1]
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
    }
  }

  subscript(index: Int) -> Scalar {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get { values[index / values.columnCount, index % values.columnCount] }
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    nonmutating set { values[index / values.columnCount, index % values.columnCount] = newValue }
  }
}
