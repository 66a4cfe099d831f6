import RealModule

/// What is known of some of an anchor's positives, for losses whose positives are spread over ranks.
///
/// ```
/// n,    m = max zₚ,    E = Σ exp(zₚ − m),
/// U = Σ (zₚ − m)·exp(zₚ − m),    D = Σ (m − zₚ)
/// ```
/// D does not cancel where Σ zₚ would.
struct PositiveSums {
  var count = 0.0
  var largest = -Double.infinity
  var sum = 0.0
  var weighted = 0.0
  var spread = 0.0

  /// λ = log Σ exp zₚ.
  var logSumExp: Double { largest + .log(sum) }

  /// λ − mean zₚ.
  var logSumExpAboveMean: Double { .log(sum) + spread / count }

  var mean: Double { largest - spread / count }

  /// The mean of zₚ by their softmax.
  var softmaxMean: Double { largest + weighted / sum }

  mutating func add(_ logit: Double) {
    add(PositiveSums(count: 1, largest: logit, sum: 1))
  }

  mutating func add(_ other: PositiveSums) {
    guard other.count > 0 else { return }
    var other = other
    let both = max(largest, other.largest)
    raise(to: both)
    other.raise(to: both)
    count += other.count
    sum += other.sum
    weighted += other.weighted
    spread += other.spread
  }

  private mutating func raise(to larger: Double) {
    let step = larger - largest
    largest = larger
    guard count > 0, step > 0 else { return }
    let factor = Double.exp(-step)
    weighted = factor * (weighted - step * sum)
    sum *= factor
    spread += count * step
  }

  // MARK: As numbers

  static let numberCount = 5

  var numbers: [Double] { [count, largest, sum, weighted, spread] }

  init(
    count: Double = 0, largest: Double = -.infinity, sum: Double = 0, weighted: Double = 0,
    spread: Double = 0
  ) {
    (self.count, self.largest, self.sum) = (count, largest, sum)
    (self.weighted, self.spread) = (weighted, spread)
  }

  init(numbers: ArraySlice<Double>) {
    let numbers = Array(numbers)
    self.init(
      count: numbers[0], largest: numbers[1], sum: numbers[2], weighted: numbers[3],
      spread: numbers[4])
  }
}

extension [PositiveSums] {
  /// Adds another's, anchor by anchor.
  mutating func add(_ other: [PositiveSums], from first: Int = 0) {
    for (index, sums) in other.enumerated() { self[first + index].add(sums) }
  }

  var numbers: [Double] { flatMap(\.numbers) }

  init(numbers: ArraySlice<Double>) {
    let width = PositiveSums.numberCount
    self = stride(from: numbers.startIndex, to: numbers.endIndex, by: width).map {
      PositiveSums(numbers: numbers[$0..<$0 + width])
    }
  }
}
