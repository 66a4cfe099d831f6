/// The momentum m of `Parameters.update(toward:momentum:)` over the steps of a run.
///
/// - Source: [He et al. 2020](https://arxiv.org/abs/1911.05722) (constant, 0.999);
///   [Grill et al. 2020](https://arxiv.org/abs/2006.07733), §3.2, and MoCo v3's code (cosine).
public enum MomentumSchedule: Hashable, Sendable {
  /// The same at every step.
  case constant(Double)

  /// Rises from `base` to 1 along half a cosine, as BYOL (from 0.996) and MoCo v3 (from 0.99) do:
  /// ```
  /// m(t) = 1 − (1 − base) · ½(1 + cos(πt/T))
  /// ```
  /// and is 1 from T = `totalSteps` on.
  case cosine(base: Double, totalSteps: Int)

  /// m at a step, counted from 0.
  public func momentum(at step: Int) -> Double {
    switch self {
    case .constant(let momentum): momentum
    case .cosine(let base, let total):
      step < total ? 1 - (1 - base) * halfCosine(Double(step) / Double(total)) : 1
    }
  }
}
