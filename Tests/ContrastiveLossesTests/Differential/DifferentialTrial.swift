import Contrastive
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses
import Foundation
import TestSupport

/// A problem of a loss and two ways to compute it, all drawn from a seed.
struct DifferentialTrial: CustomStringConvertible {
  let subject: LossSubject
  let seed: UInt64

  /// The problem, in numbers that `Float` holds: both precisions compute the same.
  private(set) var plain: PlainLoss

  private(set) var reduction = Reduction.mean

  /// The number of terms, which weights are drawn for.
  let termCount: Int

  /// How `Double` and `Float` are computed.
  let options: (double: ComputeOptions, float: ComputeOptions)

  let gradients: LossSubject.Gradients

  /// Whether a plain loop is small and cold enough to be compared with.
  let isPlain: Bool

  /// What was made of rows.
  private(set) var changes: Set<RowChange> = []

  init(_ subject: LossSubject, seed: UInt64) throws {
    self.subject = subject
    self.seed = seed
    var generator = SeededGenerator(seed: seed)
    // Most are small: a plain loop takes all pairs, and some losses all triplets.
    let size = Int.random(in: 0..<20, using: &generator)
    let limit = size < 15 ? 12 : size < 19 ? 40 : subject.takesTriplets ? 60 : 600
    func count(_ range: ClosedRange<Int>) -> Int {
      let (low, high) = (Double(range.lowerBound + 1), Double(range.upperBound + 1))
      return Int(low * pow(high / low, Double.random(in: 0...1, using: &generator))) - 1
    }
    let rows = count(subject.fewestRows...limit)
    let columns = count(subject.fewestColumns...(subject == .paired ? min(limit, 8) : limit))
    let dimension = count((subject == .matryoshka ? 2 : 1)...(limit > 40 ? 130 : limit))
    let coldness = Double.random(in: -3...3, using: &generator)
    let temperature = subject.isTempered ? Double(Float(pow(10, coldness))) : 1
    plain = subject.plain(
      rows: rows, columns: columns, dimension: dimension, temperature: temperature,
      seed: seed &* 0x9E37_79B9)
    if subject.takesRowTemperatures, Int.random(in: 0..<5, using: &generator) == 0 {
      let sides = Int.random(in: 1...subject.sides, using: &generator)
      plain = plain.withTemperatures(
        ofRows: subject.temperatureCount(rows: rows, columns: columns, sides: sides),
        seed: seed)
    }
    (plain.inputs, changes) = RowChange.draw(for: plain, using: &generator)
    // exp(2.5/τ), the largest that a plain loop forms, is far from overflow. Where a row has no direction its loop
    // may have ½‖x − y‖² = ½ for what is 1 − cos = 1 here.
    isPlain =
      limit <= 40 && plain.finestTemperature >= 0.02
      && !(subject.isOfDistances && changes.contains(.zero))
    options = (.drawn(using: &generator), .drawn(using: &generator))
    let isOnePass = options.double.strategy == .onePass || options.float.strategy == .onePass
    gradients = isOnePass || Int.random(in: 0..<4, using: &generator) == 0 ? .queries : .all
    termCount = try subject.answer(
      plain, as: Double.self, reduction: subject == .uniformity ? .mean : .sum
    ).terms.count
    guard subject != .uniformity else { return }
    reduction =
      switch Int.random(in: 0..<4, using: &generator) {
      case 0, 1: .mean
      // How many triplets are selected may differ by a rounding.
      case _ where subject == .semiHard: .sum
      case 2: .sum
      default:
        .weighted(
          (0..<termCount).map { _ in
            Int.random(in: 0..<4, using: &generator) == 0
              ? 0 : Double(Float.random(in: -2...2, using: &generator))
          })
      }
  }

  var description: String { "\(subject):\(seed)" }

  /// What a failure is repeated by.
  var command: String {
    "CONTRASTIVE_FUZZ_TRIAL=\(self) swift test --filter DifferentialTests"
  }

  func answer<Scalar: EmbeddingScalar>(
    as scalar: Scalar.Type, movedBy relative: Double = 0, turn: UInt64 = 0
  ) throws -> Answer {
    try subject.answer(
      moved(by: relative, turn: turn), as: scalar, of: gradients, reduction: reduction,
      options: Scalar.self == Float.self ? options.float : options.double)
  }

  /// The same problem with every number of it changed a little.
  func moved(by relative: Double, turn: UInt64) -> PlainLoss {
    guard relative > 0 else { return plain }
    var generator = SeededGenerator(seed: seed &+ turn << 48)
    var result = plain
    for name in plain.inputs.keys.sorted() {
      guard let matrix = plain.inputs[name] else { continue }
      result.inputs[name] = Matrix(
        rowCount: matrix.rowCount, columnCount: matrix.columnCount
      ) { row, column in
        matrix[row, column] * (1 + relative * Double.random(in: -1...1, using: &generator))
      }
    }
    return result
  }

  /// The largest of a mean's, a sum's or one's own weights.
  var largestWeight: Double {
    switch reduction {
    case .sum: 1
    case .weighted(let weights): weights.reduce(0) { max($0, abs($1)) }
    default: 1 / Double(max(1, termCount))
    }
  }
}

extension LossSubject {
  /// Whether a scale is among what the loss is made of, be it a constant.
  var isTempered: Bool {
    switch self {
    case .multiSimilarity, .circle, .nca, .proxyNCA, .proxyAnchor: true
    default: hasTemperature
    }
  }

  /// Whether plain loops take squared distances, which are 2 − 2·cos only of rows with a direction.
  var isOfDistances: Bool {
    [.tripletMargin, .batchHard, .semiHard, .contrastive, .nca, .proxyNCA].contains(self)
  }

  /// Whether terms are as many as rows cubed, or take as long.
  var takesTriplets: Bool { [.semiHard, .pairs, .pairsMemory, .supCon].contains(self) }
}

extension ComputeOptions {
  /// Any way to compute a loss.
  static func drawn(using generator: inout SeededGenerator) -> ComputeOptions {
    func tile() -> Int? {
      Bool.random(using: &generator) ? nil : Int.random(in: 1...9, using: &generator)
    }
    var options = ComputeOptions(
      tileRows: tile(), tileColumns: tile(),
      strategy: Bool.random(using: &generator)
        ? nil : Strategy.allCases.randomElement(using: &generator),
      alwaysTakesMaxima: Bool.random(using: &generator),
      threads: Int.random(in: 1...4, using: &generator),
      isa: InstructionSet.available.randomElement(using: &generator) ?? .best)
    options.screens = [nil, false, true].randomElement(using: &generator) ?? nil
    if Bool.random(using: &generator) { options.keptByteCount = 0 }
    return options
  }
}
