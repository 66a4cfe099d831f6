public import Contrastive

/// The gradient of a function of a matrix, by central differences.
///
/// With f known to ε·F, its own size, and a third derivative of about F·c³ (c is 1/τ for a loss of
/// cosines, whose logits a step h moves by h/τ), (f(x + h) − f(x − h))/2h is wrong by rounding
/// ε·F/h and truncation F·c³h²/6. Both are least at h = (3ε)^⅓/c, where together they are
/// 1.5·ε·F/h = F·c·(9/8·ε²)^⅓ < F·c·4e-11; tests allow `finiteDifferenceTolerance` of F·c.
public func finiteDifferences(
  of x: Matrix<Double>, step: Double, _ f: (Matrix<Double>) throws -> Double
) rethrows -> [Double] {
  var result: [Double] = []
  for row in 0..<x.rowCount {
    for column in 0..<x.columnCount {
      let above = try f(x.replacing(row, column, by: x[row, column] + step))
      let below = try f(x.replacing(row, column, by: x[row, column] - step))
      result.append((above - below) / (2 * step))
    }
  }
  return result
}

/// (3ε)^⅓, the step where 1/τ is 1.
public let finiteDifferenceStep = 8.7e-6

/// 25 times the error derived there: a sum of n terms is known to a few ε, not one, and the
/// normalisation's own derivatives at rows of length ½ are larger by 2³.
public let finiteDifferenceTolerance = 1e-9
