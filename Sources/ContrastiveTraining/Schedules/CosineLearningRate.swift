/// A learning rate that rises to its peak and falls to 0 along half a cosine.
///
/// ```
/// η(t) = peak · (t + 1)/W                      t < W, the warm-up
/// η(t) = peak · ½(1 + cos(π·(t − W)/(T − W)))  from then on
/// η(t) = 0  from T on
/// ```
/// Warm-up matters for contrastive losses at a small τ, whose first gradients are the largest.
///
/// - Source: [Loshchilov & Hutter 2017](https://arxiv.org/abs/1608.03983) without restarts; equals
///   open_clip's `cosine_lr` for t up to T.
public struct CosineLearningRate: Hashable, Sendable {
  /// The largest rate.
  public var peak: Double

  /// W: how many steps it takes to rise.
  public var warmUpSteps: Int

  /// T: how many steps there are, the warm-up's among them.
  public var totalSteps: Int

  /// Creates the schedule.
  public init(peak: Double, warmUpSteps: Int = 0, totalSteps: Int) {
    self.peak = peak
    self.warmUpSteps = warmUpSteps
    self.totalSteps = totalSteps
  }

  /// The rate of a step, counted from 0.
  public func learningRate(at step: Int) -> Double {
    if step < warmUpSteps { return peak * Double(step + 1) / Double(warmUpSteps) }
    guard step < totalSteps else { return 0 }
    return peak * halfCosine(Double(step - warmUpSteps) / Double(totalSteps - warmUpSteps))
  }
}
