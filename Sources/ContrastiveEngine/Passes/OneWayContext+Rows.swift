import ContrastiveEmbeddings
import ContrastiveKernels

/// Some rows of an array, in order.
enum RowList {
  case range(Range<Int>)
  case list([Int])

  /// Neighbours need no list.
  init(_ list: [Int]) {
    let range = (list.first ?? 0)..<(list.first ?? 0) + list.count
    self = zip(list, range).allSatisfy(==) ? .range(range) : .list(list)
  }

  var count: Int {
    switch self {
    case .range(let range): range.count
    case .list(let list): list.count
    }
  }
}

extension OneWayContext {
  /// The unit rows of a list times their scales, and their codes where they are wanted.
  ///
  /// - Parameter scratch: Memory for them, unless they are what was given.
  func unit(
    _ embeddings: AnyEmbeddings<Scalar>, at list: RowList, into scratch: Block<Scalar>,
    times scales: RowScales, encoding codes: Codes<Scalar>?
  ) -> Block<Scalar> {
    let isScaled = scales != .one(1)
    if case .range(let range) = list, embeddings.areUnit, !isScaled, codes == nil {
      return embeddings.unit(range, into: scratch, on: isa)
    }
    let chunks = chunks(of: 0..<list.count)
    let result: Block<Scalar> = scratch.rows(0..<list.count)
    Workers.forEach(chunks.count, threads: threads) { _, item in
      let rows = chunks[item]
      let target = result.rows(rows)
      switch list {
      case .range(let range):
        let own = range.lowerBound + rows.lowerBound..<range.lowerBound + rows.upperBound
        let unit = embeddings.unit(own, into: target, on: isa)
        if embeddings.areUnit { target.copy(unit) }
      case .list(let list): _ = embeddings.unitRows(at: list[rows], into: target, on: isa)
      }
      if isScaled { target.scaleRows(by: rows.map { scales[$0] }, on: isa) }
      codes?.encode(target, at: rows.lowerBound, on: isa)
    }
    return result
  }
}
