import ContrastiveEmbeddings
import ContrastiveEngine

/// s of the anchors of a ring.
enum RingScales {
  case one(Double)

  /// Of the rows at home, and of all ranks' columns; `nil` of a side that asks nothing.
  case each(home: [Double]?, blocks: [[Double]]?)

  /// What tiles are multiplied by: they hold cosines where anchors have scales of their own.
  var tileScale: Double { if case .one(let scale) = self { scale } else { 1 } }

  /// Whether one shift might be for all.
  var ofAll: Double? { if case .one(let scale) = self { scale } else { nil } }

  /// Those of some rows at home and of some columns of a rank's block; `nil` for columns that are the rows.
  func callAsFunction(rows: Range<Int>, columns: Range<Int>?, of owner: Int) -> RowScales {
    guard case .each(let home, let blocks) = self else { return .one(tileScale) }
    func some(_ all: [Double]?, _ range: Range<Int>) -> [Double] {
      // What is multiplied by slopes of 0.
      all.map { Array($0[range]) } ?? Array(repeating: 1, count: range.count)
    }
    return .each(some(home, rows) + (columns.map { some(blocks?[owner], $0) } ?? []))
  }
}

extension RankGroup {
  /// - Parameters:
  ///   - home: Of the rows that stay; `nil` if they are no anchors.
  ///   - columns: Of this rank's part of those that go round; every rank is told all.
  ///   - shards: The ranks' parts of these.
  func ringScales(
    home: RowScales?, columns: RowScales?, shards: Shards
  ) throws(ContrastiveError) -> RingScales {
    func each(_ scales: RowScales?) -> [Double]? {
      if case .each(let each)? = scales { each } else { nil }
    }
    if case .one(let scale)? = home ?? columns { return .one(scale) }
    let blocks = try each(columns).map { own throws(ContrastiveError) in
      try allGather(own, counts: shards.counts)
    }
    return .each(home: each(home), blocks: blocks)
  }
}
