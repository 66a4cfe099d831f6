import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// InfoNCE of candidates of every kind and of rows that codes tell apart well or badly, and how near screening comes.
enum ScreeningProblem {
  static let dimension = 48
  static let rowCount = 140
  static let columnCount = 330

  /// What the candidates are, and what is differentiated by.
  enum Candidates: CaseIterable {
    case inBatch, queue, queueWithoutEqualIDs, shared, inBatchAndShared, batchCandidates
    case equalIDs, hardness, logWeights

    var loss: InfoNCE {
      var loss = InfoNCE(temperature: 1)
      if self == .hardness { loss.hardness = 7 }
      if self == .batchCandidates { loss.batchCandidates = .all }
      return loss
    }

    func negatives<Scalar>(_ rows: Matrix<Scalar>) throws -> Negatives<Scalar> {
      switch self {
      case .inBatch, .batchCandidates, .hardness: .inBatch
      case .queue, .queueWithoutEqualIDs: .shared(try UnitRows(normalizing: rows))
      case .shared: .shared(rows)
      case .inBatchAndShared, .equalIDs, .logWeights: .inBatchAndShared(rows)
      }
    }

    func falseNegatives<Scalar>(_ rows: Matrix<Scalar>) -> FalseNegatives<Scalar> {
      let ids = (0..<rowCount).map { $0 % 11 }
      switch self {
      case .queueWithoutEqualIDs, .equalIDs:
        // Of the ids 0 and 1 whole tiles.
        return .equalIDs(ids, negatives: (0..<rows.rowCount).map { $0 < 192 ? 0 : $0 % 13 })
      default: return .none
      }
    }

    /// As of items with frequencies from 1 to 3e-6.
    var logWeights: LogWeights? {
      guard self == .logWeights else { return nil }
      return LogWeights(
        positives: (0..<rowCount).map { Double($0 % 9) * 1.6 },
        negatives: (0..<columnCount).map { Double($0 % 8) * 1.6 })
    }

    /// Constant keys, so that sums and gradient take one pass.
    var isOnePass: Bool { self == .queue || self == .queueWithoutEqualIDs }

    var variables: InfoNCE.Variables { isOnePass ? [.queries, .logScale] : .all }
  }

  enum Data: CaseIterable {
    case clustered, random, tied, oneHot, zeroRows

    func rows(_ count: Int, seed: UInt64) -> Matrix<Float> {
      let dimension = ScreeningProblem.dimension
      switch self {
      case .clustered:
        return SparseGradientTests.clustered(count, dimension: dimension, seed: seed)
      case .random:
        return Matrix.random(rowCount: count, columnCount: dimension, seed: seed)
      case .tied:
        // Each row about four times, at other lengths; every third is a row of the other arrays.
        let own = SparseGradientTests.clustered(count, dimension: dimension, seed: seed)
        let common = SparseGradientTests.clustered(37, dimension: dimension, seed: 5)
        return Matrix(rowCount: count, columnCount: dimension) { r, c in
          let source = r % 37
          return (source % 3 == 0 ? common : own)[source, c] * (r % 2 == 0 ? 1 : 0.5)
        }
      case .oneHot:
        return Matrix(rowCount: count, columnCount: dimension) { r, c in
          (r * Int(seed) + r / dimension) % dimension == c ? 1 : 0
        }
      case .zeroRows:
        let rows = SparseGradientTests.clustered(count, dimension: dimension, seed: seed)
        return Matrix(rowCount: count, columnCount: dimension) { r, c in
          (r + Int(seed)) % 17 == 3 ? 0 : rows[r, c]
        }
      }
    }
  }

  struct Inputs<Scalar: EmbeddingScalar> {
    let candidates: Candidates
    let queries: Matrix<Scalar>
    let positives: Matrix<Scalar>
    let negatives: Matrix<Scalar>

    var double: Inputs<Double> {
      Inputs<Double>(
        candidates: candidates, queries: queries.converted(), positives: positives.converted(),
        negatives: negatives.converted())
    }

    func step(
      temperature: Temperature, of variables: InfoNCE.Variables? = nil, options: ComputeOptions
    ) throws -> LossStep<Scalar, InfoNCE.Gradient<Scalar>> {
      var loss = candidates.loss
      loss.temperature = temperature
      return try loss.valueWithGradient(
        queries: queries, positives: positives, negatives: try candidates.negatives(negatives),
        excluding: candidates.falseNegatives(negatives), logWeights: candidates.logWeights,
        of: variables ?? candidates.variables, options: options)
    }
  }

  static func inputs(_ candidates: Candidates, _ data: Data) -> Inputs<Float> {
    Inputs(
      candidates: candidates, queries: data.rows(rowCount, seed: 1),
      positives: data.rows(rowCount, seed: 2), negatives: data.rows(columnCount, seed: 3))
  }

  /// Small tiles: several row blocks of several tiles each, the last ones short.
  static func options(
    screens: Bool, strategy: ComputeOptions.Strategy? = nil, threads: Int = 1,
    isa: InstructionSet = .best
  ) -> ComputeOptions {
    var options = ComputeOptions(
      tileRows: 64, tileColumns: 64, strategy: strategy, threads: threads, isa: isa)
    options.screens = screens
    return options
  }

  /// How far a result may be from the one without rounding, and without anything left out.
  struct Tolerance {
    let scale: Double
    var epsilon = Double(Float.ulpOfOne)

    /// A logit: a unit row's elements have three roundings, and an inner product's random walk √d.
    var logit: Double { scale * (Double(dimension).squareRoot() + 8) * epsilon }

    /// What is left to approximations, or left out, of a row's sum.
    var share: Double { 2 * scale * epsilon }

    /// A term, and a weight relative to itself: those of a logit and of a sum.
    var term: Double { 2 * logit + share }
    var weight: Double { 2 * logit + 2 * share }

    /// Means of u over the weights exp(u): what is left out has a u of log(ε/M) about, what is not
    /// has the logits' errors.
    var mean: Double { (share + logit) * log(Double(rowCount * 4 + columnCount) / epsilon) }
  }

  static func expectClose<Scalar, Other>(
    _ actual: LossStep<Scalar, InfoNCE.Gradient<Scalar>>,
    to expected: LossStep<Other, InfoNCE.Gradient<Other>>, scale: Double, _ what: String
  ) throws {
    let ulp = Double(Scalar.ulpOfOne)
    let tolerance = Tolerance(scale: scale, epsilon: ulp)
    let (a, b) = (Answer(actual), Answer(expected))
    let termSize = b.terms.reduce(1) { max($0, abs($1)) }
    TestSupport.expectClose(
      a.terms, b.terms, size: 1, tolerance: tolerance.term + ulp * termSize, "\(what): terms")
    TestSupport.expectClose(
      a.loss, b.loss, size: 1, tolerance: tolerance.term + ulp * termSize, "\(what): value")
    let steepest = b.terms.reduce(0) { max($0, 1 - exp(-$1)) }
    for name in ["queries", "positives", "negatives"] {
      #expect((a.gradients[name] == nil) == (b.gradients[name] == nil), "\(what): \(name)")
      guard let gradient = b.gradients[name] else { continue }
      let size = gradient.reduce(scale * steepest / Double(rowCount)) { max($0, abs($1)) }
      TestSupport.expectClose(
        a.gradients[name], gradient, size: size, tolerance: tolerance.weight,
        "\(what): gradient of \(name)")
    }
    #expect((a.gradients["logitScale"] == nil) == (b.gradients["logitScale"] == nil))
    if let slope = b.gradients["logitScale"] {
      TestSupport.expectClose(
        a.gradients["logitScale"], slope, size: slope.reduce(1) { max($0, abs($1)) },
        tolerance: tolerance.mean, "\(what): slope by log s")
    }
    let (x, y) = (try #require(actual.diagnostics), try #require(expected.diagnostics))
    #expect(x.top1Accuracy == y.top1Accuracy, "\(what): top 1")
    #expect(x.top5Accuracy == y.top5Accuracy, "\(what): top 5")
    for (path, tolerance) in [
      (\Diagnostics.meanPositiveSimilarity, tolerance.logit / scale),
      (\.meanNegativeSimilarity, tolerance.logit / scale), (\.gradientEntropy, tolerance.mean),
      (\.effectiveNegatives, tolerance.mean),
    ] {
      guard let value = y[keyPath: path] else {
        #expect(x[keyPath: path] == nil, "\(what): \(path)")
        continue
      }
      TestSupport.expectClose(
        x[keyPath: path], value, size: max(1, abs(value)), tolerance: tolerance,
        "\(what): \(path)")
    }
  }
}
