/// Three rows of a batch: one of the anchor's label, and one of another.
public struct Triplet: Hashable, Sendable {
  /// The row that distances are taken from.
  public var anchor: Int
  /// The row that is to be near.
  public var positive: Int
  /// The row that is to be far.
  public var negative: Int

  /// Creates a triplet of row indices.
  public init(anchor: Int, positive: Int, negative: Int) {
    self.anchor = anchor
    self.positive = positive
    self.negative = negative
  }
}
