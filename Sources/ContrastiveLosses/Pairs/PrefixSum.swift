import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// A weighted sum of steps on prefixes of the same rows.
struct PrefixSum<Scalar: EmbeddingScalar> {
  private let rowCount: Int
  private let columnCount: Int
  private let options: ComputeOptions
  private var value = 0.0
  private var terms: [Double] = []
  private var queries: Block<Scalar>?
  private var keys: Block<Scalar>?
  private var byTemperature = TemperatureGradient<Scalar>()
  private var diagnostics: Diagnostics?
  private var chance: Double? = 0
  private var floor: LossBound? = LossBound(value: 0, isAttainable: true)
  private var canBeNegative = false

  init(rowCount: Int, columnCount: Int, options: ComputeOptions) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.options = options
  }

  /// Adds a longer prefix's step than those so far.
  mutating func add(_ step: LossStep<Scalar, PairGradient<Scalar>>, times weight: Double) {
    value += weight * Double(step.value)
    if terms.isEmpty { terms = step.terms.map { _ in 0 } }
    for (index, term) in step.terms.enumerated() { terms[index] += weight * Double(term) }
    add(step.gradient.queries, times: weight, to: &queries)
    add(step.gradient.keys, times: weight, to: &keys)
    byTemperature.add(step.gradient.byTemperature, times: weight)
    diagnostics = step.diagnostics
    guard let own = step.diagnostics else { return }
    chance = chance.flatMap { sum in own.chance.map { sum + weight * $0 } }
    floor = floor.flatMap { sum in
      guard let value = own.floor, let isAttainable = own.floorAttainable else { return nil }
      return LossBound(
        value: sum.value + weight * value, isAttainable: sum.isAttainable && isAttainable)
    }
    if own.floor != nil, own.floorShare == nil { canBeNegative = true }
  }

  private func add(_ prefix: Matrix<Scalar>?, times weight: Double, to sum: inout Block<Scalar>?) {
    guard let prefix else { return }
    let target =
      sum ?? options.block(rowCount: rowCount, columnCount: columnCount, zeroed: true)
    target.columns(0..<prefix.columnCount).add(
      prefix.block, times: Array(repeating: weight, count: rowCount), on: options.isa)
    sum = target
  }

  var step: LossStep<Scalar, PairGradient<Scalar>> {
    var all = diagnostics
    all?.chance = chance
    all?.floor = nil
    all?.floorAttainable = nil
    all?.floorShare = nil
    if let floor {
      let mean = terms.reduce(0, +) / Double(max(1, terms.count))
      all?.setFloor(floor, mean: canBeNegative ? nil : mean)
    }
    return LossStep(
      value: Scalar(value), terms: terms.map { Scalar($0) },
      gradient: PairGradient(
        queries: queries.map { Matrix($0) }, keys: keys.map { Matrix($0) },
        byTemperature: byTemperature),
      diagnostics: all)
  }
}

extension TemperatureGradient {
  /// Adds another's derivatives, times a weight.
  fileprivate mutating func add(_ other: TemperatureGradient, times weight: Double) {
    func sum(_ own: Scalar?, _ other: Scalar?) -> Scalar? {
      other.map { Scalar(Double(own ?? 0) + weight * Double($0)) }
    }
    func sums(_ own: [Scalar]?, _ other: [Scalar]?) -> [Scalar]? {
      other?.enumerated().map { Scalar(Double(own?[$0] ?? 0) + weight * Double($1)) }
    }
    temperature = sum(temperature, other.temperature)
    scale = sum(scale, other.scale)
    logScale = sum(logScale, other.logScale)
    temperatures = sums(temperatures, other.temperatures)
    scales = sums(scales, other.scales)
    logScales = sums(logScales, other.logScales)
  }
}
