import RealModule

/// log(1 + exp(x)), to full relative precision for every x.
public func softplus(_ x: Double) -> Double {
  x > 0 ? x + .log(onePlus: .exp(-x)) : .log(onePlus: .exp(x))
}

/// 1/(1 + exp(−x)), to full relative precision for every x.
public func logistic(_ x: Double) -> Double {
  guard x < 0 else { return 1 / (1 + .exp(-x)) }
  let e = Double.exp(x)
  return e / (1 + e)
}

/// log(exp(x) + exp(y)), also where one is −∞.
public func logAddExp(_ x: Double, _ y: Double) -> Double {
  let (low, high) = (min(x, y), max(x, y))
  return low == -.infinity ? high : high + softplus(low - high)
}
