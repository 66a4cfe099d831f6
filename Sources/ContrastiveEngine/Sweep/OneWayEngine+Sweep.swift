package import ContrastiveBounds
package import ContrastiveEmbeddings
import ContrastiveKernels

extension OneWayEngine {
  /// What a problem's loss is at several temperatures, from one product of its rows and columns.
  ///
  /// A temperature is an exponent: of a tile of cosines c every one takes Σ exp(s·c − m) and its mean, and nothing
  /// else of it depends on s.
  ///
  /// - Parameters:
  ///   - problem: Of one exponent. Its temperature and weights are not looked at.
  ///   - continuing: Told how many rows are done, after each block of them: whether to go on.
  ///   - function: Its row function at a temperature, and what bounds the loss there.
  package static func sweep(
    _ problem: OneWayProblem<Scalar>, temperatures: [Temperature], keepingTerms: Bool,
    options: ComputeOptions, continuing: (_ rowCount: Int) -> Bool,
    _ function: (Temperature) throws(ContrastiveError) -> (any RowFunction, floor: LossBound?)
  ) throws(ContrastiveError) -> [SweepPoint<Scalar>] {
    var functions: [(any RowFunction, floor: LossBound?)] = []
    var exponents: [Double] = []
    for (temperature, scale) in zip(temperatures, try temperatures.scales(for: Scalar.self)) {
      let next = try function(temperature)
      functions.append(next)
      exponents.append(scale * next.0.exponents[0])
    }
    guard !exponents.isEmpty else { return [] }
    var problem = problem
    problem.queriesNeedGradient = false
    for index in problem.keys.indices { problem.keys[index].needsGradient = false }
    problem.scales = .one(1)
    problem.weights = .equal(1)
    problem.function = Exponents(exponents: exponents)
    problem.observes = true
    let hasSinglePositive = problem.candidates.hasSinglePositive
    let sums = zip(functions, temperatures).map {
      SweepSums($0.0, at: $1, keepsTerms: keepingTerms)
    }
    let boxes = sums.map { Box($0) }
    var doneCount = 0
    let work = SharedWork(options)
    try OneWayEngine(problem, options: options).statistics {
      rows, statistics, products throws(ContrastiveError) in
      try work.forEach(boxes.count) { _, t in
        boxes[t].sums.add(
          rows, statistics, exponent: t, products: products, hasSinglePositive: hasSinglePositive)
      }
      doneCount = rows.upperBound
      return continuing(doneCount)
    }
    // A bound of the mean over all rows is none of the mean over some.
    let isWhole = doneCount == problem.queries.rowCount
    return zip(boxes, functions).map {
      $0.sums.point(
        floor: isWhole ? $1.floor : nil, hasSinglePositive: hasSinglePositive, as: Scalar.self)
    }
  }

  /// What one thread at a time adds to.
  private final class Box: @unchecked Sendable {
    var sums: SweepSums

    init(_ sums: SweepSums) { self.sums = sums }
  }
}

/// No loss: exponents whose sums are wanted.
struct Exponents: RowFunction {
  let exponents: [Double]

  func evaluate(_ rows: inout RowTerms) {}
}
