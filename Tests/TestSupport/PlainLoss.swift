public import Contrastive

/// A loss as its definition has it: plain loops over pairs in double precision, no maximum taken
/// off, no tiles, no vectors. For temperatures at which exp(1/τ) is far from overflow.
public struct PlainLoss: Sendable {
  public typealias Rows = [[Dual]]

  /// The arrays by the names of the library's gradients.
  public var inputs: [String: Matrix<Double>]

  /// Inputs that are used as given, where the others are normalised.
  public var unitInputs: Set<String> = []

  public var temperature: Double

  /// Which terms the mean is over.
  let isCounted: @Sendable (_ term: Int) -> Bool

  /// The terms whose mean is the loss, from normalised rows.
  let terms: @Sendable (_ rows: [String: Rows], _ temperature: Dual) -> [Dual]

  init(
    _ inputs: [String: Matrix<Double>], temperature: Double,
    isCounted: @escaping @Sendable (Int) -> Bool = { _ in true },
    terms: @escaping @Sendable ([String: Rows], Dual) -> [Dual]
  ) {
    self.inputs = inputs
    self.temperature = temperature
    self.isCounted = isCounted
    self.terms = terms
  }

  /// The terms, with their derivatives along directions of the inputs and the temperature.
  public func terms(
    along directions: [String: Matrix<Double>] = [:], temperatureSlope: Double = 0
  ) -> [Dual] {
    let rows = inputs.map { name, matrix -> (String, Rows) in
      let direction = directions[name]
      let rows = (0..<matrix.rowCount).map { r in
        let row = (0..<matrix.columnCount).map { c in
          Dual(matrix[r, c], slope: direction?[r, c] ?? 0)
        }
        return unitInputs.contains(name) ? row : row.normalized()
      }
      return (name, rows)
    }
    return terms(
      Dictionary(uniqueKeysWithValues: rows), Dual(temperature, slope: temperatureSlope))
  }

  /// The loss, and its derivative along directions.
  public func value(
    along directions: [String: Matrix<Double>] = [:], temperatureSlope: Double = 0
  ) -> Dual {
    let terms = terms(along: directions, temperatureSlope: temperatureSlope)
    let counted = terms.indices.filter(isCounted).map { terms[$0] }
    guard !counted.isEmpty else { return 0 }
    return counted.reduce(0, +) / Dual(Double(counted.count))
  }

  /// The loss, its terms, and its whole gradient: one pass per number.
  public func answer() -> Answer {
    let slope = value(temperatureSlope: 1).slope
    var gradients = [
      "temperature": [slope], "scale": [-temperature * temperature * slope],
      "logitScale": [-temperature * slope],
    ]
    for (name, matrix) in inputs {
      gradients[name] = (0..<matrix.rowCount * matrix.columnCount).map { index in
        let direction = Matrix(rowCount: matrix.rowCount, columnCount: matrix.columnCount) { r, c in
          r * matrix.columnCount + c == index ? 1.0 : 0
        }
        return value(along: [name: direction]).slope
      }
    }
    return Answer(
      loss: value().value, terms: terms().map(\.value), gradients: gradients)
  }
}

extension [Dual] {
  /// Σ aᵢbᵢ.
  func dot(_ other: [Dual]) -> Dual {
    var sum: Dual = 0
    for index in indices { sum += self[index] * other[index] }
    return sum
  }

  func normalized() -> [Dual] {
    let length = Dual.sqrt(dot(self))
    return map { $0 / length }
  }
}
