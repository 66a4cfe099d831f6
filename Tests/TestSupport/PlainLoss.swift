public import Contrastive
import Foundation

/// A loss as its definition has it: plain loops over pairs in double precision, no maximum taken
/// off, no tiles, no vectors. For temperatures at which exp(1/τ) is far from overflow.
public struct PlainLoss: Sendable {
  public typealias Rows = [[Dual]]

  /// The arrays by the names of the library's gradients.
  public var inputs: [String: Matrix<Double>]

  /// Inputs that are used as given, where the others are normalised.
  public var unitInputs: Set<String> = []

  public var temperature: Double

  /// τ of every row, or of every row of two sides, in place of one for all.
  public var temperatures: [Double]?

  /// Which terms the mean is over.
  let isCounted: @Sendable (_ term: Int) -> Bool

  /// The terms' weights in the loss, where that is no mean over all that count.
  let weight: (@Sendable (_ term: Int) -> Double)?

  /// The terms whose mean is the loss, from normalised rows.
  let terms: @Sendable (_ rows: [String: Rows], _ temperature: RowTemperatures) -> [Dual]

  /// τ of every row.
  struct RowTemperatures {
    let values: [Dual]

    /// Sides share them where there are not enough for all.
    subscript(row: Int) -> Dual { values[row % values.count] }
  }

  init(
    _ inputs: [String: Matrix<Double>], temperature: Double,
    isCounted: @escaping @Sendable (Int) -> Bool = { _ in true },
    weight: (@Sendable (Int) -> Double)? = nil,
    terms: @escaping @Sendable ([String: Rows], RowTemperatures) -> [Dual]
  ) {
    self.inputs = inputs
    self.temperature = temperature
    self.isCounted = isCounted
    self.weight = weight
    self.terms = terms
  }

  /// The smallest τ.
  public var finestTemperature: Double { temperatures?.min() ?? temperature }

  /// The same loss with a τ for each of so many rows, from 0.05 to 2.
  public func withTemperatures(ofRows rowCount: Int, seed: UInt64) -> PlainLoss {
    var generator = SeededGenerator(seed: seed)
    var result = self
    result.temperatures = (0..<rowCount).map { _ in
      // Both precisions compute the same problem.
      Double(Float(0.05 * exp(Double.random(in: 0...log(40), using: &generator))))
    }
    return result
  }

  /// The terms, with their derivatives along directions of the inputs and the temperatures.
  public func terms(
    along directions: [String: Matrix<Double>] = [:], temperatureSlopes: [Double] = []
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
    let values = (temperatures ?? [temperature]).enumerated().map { index, temperature in
      Dual(temperature, slope: index < temperatureSlopes.count ? temperatureSlopes[index] : 0)
    }
    return terms(Dictionary(uniqueKeysWithValues: rows), RowTemperatures(values: values))
  }

  /// The loss, and its derivative along directions.
  public func value(
    along directions: [String: Matrix<Double>] = [:], temperatureSlopes: [Double] = []
  ) -> Dual {
    let terms = terms(along: directions, temperatureSlopes: temperatureSlopes)
    if let weight {
      return terms.enumerated().reduce(0) { $0 + Dual(weight($1.offset)) * $1.element }
    }
    let counted = terms.indices.filter(isCounted).map { terms[$0] }
    guard !counted.isEmpty else { return 0 }
    return counted.reduce(0, +) / Dual(Double(counted.count))
  }

  /// The loss, its terms, and its whole gradient: one pass per number.
  public func answer() -> Answer {
    var gradients: [String: [Double]] = [:]
    if let temperatures {
      let slopes = temperatures.indices.map { row in
        value(temperatureSlopes: temperatures.indices.map { $0 == row ? 1 : 0 }).slope
      }
      gradients["temperatures"] = slopes
      gradients["scales"] = zip(temperatures, slopes).map { -$0 * $0 * $1 }
      gradients["logScales"] = zip(temperatures, slopes).map { -$0 * $1 }
    } else {
      let slope = value(temperatureSlopes: [1]).slope
      gradients["temperature"] = [slope]
      gradients["scale"] = [-temperature * temperature * slope]
      gradients["logitScale"] = [-temperature * slope]
    }
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

  /// A row without a direction stays as it is, and its slopes are 0.
  func normalized() -> [Dual] {
    let length = Dual.sqrt(dot(self))
    guard length.value > 0 else { return map { _ in 0 } }
    return map { $0 / length }
  }
}
