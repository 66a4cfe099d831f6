/// What statistics keep besides sums, on demand.
public struct StatisticsDetail: Hashable, Sendable {
  /// How many of the hardest negatives of every row.
  public var topCount: Int

  /// In how many bins from −1 to 1 cosines are counted.
  public var binCount: Int

  /// What the columns of the hardest negatives are numbered from: of keys in blocks, the block's first.
  public var firstColumn: Int

  /// Creates a demand; 0 is none.
  public init(topCount: Int = 0, binCount: Int = 0, firstColumn: Int = 0) {
    self.firstColumn = firstColumn
    self.topCount = max(0, topCount)
    self.binCount = max(0, binCount)
  }

  /// Sums alone.
  public static let none = StatisticsDetail()
}
