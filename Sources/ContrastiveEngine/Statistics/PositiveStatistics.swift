import RealModule

/// What a loss needs to know of a row's positives, where it does not need them one by one.
///
/// ```
/// n = |P|,    Z = Σₚ zₚ,    λ = log Σₚ exp zₚ
/// ```
/// Statistics of different positives of a row merge.
public struct PositiveStatistics: Hashable, Sendable {
  /// n.
  public private(set) var count = 0

  /// The largest logit; −∞ without positives.
  public private(set) var largest = -Double.infinity

  /// Σ exp(zₚ − largest).
  private var sum = 0.0

  /// Σ (largest − zₚ), which does not cancel where Z would.
  private var spread = 0.0

  /// Of no positives.
  public init() {}

  /// Of the positives with these logits.
  public init(_ logits: some Collection<Double>) {
    count = logits.count
    largest = logits.max() ?? -.infinity
    for logit in logits {
      sum += .exp(logit - largest)
      spread += largest - logit
    }
  }

  /// Z.
  public var total: Double { count == 0 ? 0 : Double(count) * largest - spread }

  /// λ; −∞ without positives.
  public var logSumExp: Double { count == 0 ? -.infinity : largest + .log(sum) }

  /// λ − Z/n without a difference of large numbers: 0 for one positive.
  public var logSumExpAboveMean: Double { count == 0 ? 0 : .log(sum) + spread / Double(count) }

  /// λ − Σ wₚzₚ of the logits that these statistics are of, with weights of sum 1.
  package func logSumExpAboveMean(of logits: [Double], weights: some Sequence<Double>) -> Double {
    zip(logits, weights).reduce(.log(sum)) { $0 + $1.1 * (largest - $1.0) }
  }

  /// exp(z − λ) of one of them.
  public func share(of logit: Double) -> Double { .exp(logit - largest) / sum }

  /// Takes in other positives of the row.
  public mutating func merge(_ other: PositiveStatistics) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    let both = max(largest, other.largest)
    sum = sum * .exp(largest - both) + other.sum * .exp(other.largest - both)
    spread +=
      Double(count) * (both - largest) + other.spread
      + Double(other.count) * (both - other.largest)
    count += other.count
    largest = both
  }
}
