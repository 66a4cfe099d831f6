import Contrastive
import Foundation
import TestSupport

/// The global contrastive loss pair by pair, its averages u themselves and not their logarithms, and iSogCLR's rule.
struct PlainGlobalContrastive {
  let gamma: Double
  let rho: Double

  /// u of every sample's image and of every sample's text; 0 before its first visit.
  var u: [[Double]]

  init(sampleCount: Int, gamma: Double, rho: Double) {
    self.gamma = gamma
    self.rho = rho
    u = Array(repeating: Array(repeating: 0, count: sampleCount), count: 2)
  }

  /// Of every image, and then of every text, the exponents (cᵢⱼ − cᵢᵢ)/τᵢ of its negatives.
  ///
  /// - Parameters:
  ///   - temperatures: Of images and then of texts.
  ///   - ids: Pairs of one id are no negatives of each other.
  static func exponents(
    _ images: Matrix<Double>, _ texts: Matrix<Double>, temperatures: [Double], ids: [Int]
  ) -> [[Double]] {
    func cosine(_ i: Int, _ j: Int) -> Double {
      var (dot, x, y) = (0.0, 0.0, 0.0)
      for column in 0..<images.columnCount {
        dot += images[i, column] * texts[j, column]
        x += images[i, column] * images[i, column]
        y += texts[j, column] * texts[j, column]
      }
      return dot / (x * y).squareRoot()
    }
    let rows = 0..<images.rowCount
    let ofImages = rows.map { i in
      rows.filter { ids[$0] != ids[i] }.map { (cosine(i, $0) - cosine(i, i)) / temperatures[i] }
    }
    let ofTexts = rows.map { i in
      rows.filter { ids[$0] != ids[i] }.map {
        (cosine($0, i) - cosine(i, i)) / temperatures[rows.count + i]
      }
    }
    return ofImages + ofTexts
  }

  /// The mean of exponentials, of every anchor; `nil` without negatives.
  static func means(_ exponents: [[Double]]) -> [Double?] {
    exponents.map { own in
      own.isEmpty ? nil : own.reduce(0) { $0 + exp($1) } / Double(own.count)
    }
  }

  /// What a batch made of it.
  struct Step {
    var value: Double
    var terms: [Double]
    /// u of the batch's anchors; `nil` without negatives.
    var u: [Double?]
    /// log u + ρ − mean exp(h)·h/u of the batch's anchors.
    var slopes: [Double?]
  }

  /// Moves the averages.
  mutating func step(
    _ images: Matrix<Double>, _ texts: Matrix<Double>, indices: [Int], temperatures: [Double],
    ids: [Int]
  ) -> Step {
    let count = indices.count
    let exponents = Self.exponents(images, texts, temperatures: temperatures, ids: ids)
    let means = Self.means(exponents)
    var step = Step(value: 0, terms: Array(repeating: 0, count: count), u: [], slopes: [])
    for anchor in 0..<2 * count {
      guard let mean = means[anchor] else {
        step.u.append(nil)
        step.slopes.append(nil)
        continue
      }
      let (side, index) = (anchor / count, indices[anchor % count])
      let before = u[side][index]
      let new = before == 0 ? mean : (1 - gamma) * before + gamma * mean
      u[side][index] = new
      step.u.append(new)
      step.terms[anchor % count] += temperatures[anchor] * (log(new) + rho) / 2
      let weighted =
        exponents[anchor].reduce(0) { $0 + exp($1) * $1 } / Double(exponents[anchor].count)
      step.slopes.append(log(new) + rho - weighted / new)
    }
    step.value = step.terms.reduce(0, +) / Double(count)
    return step
  }

  /// What the gradient of a step is that of, at u and the factor τ held: 1/N Σ wᵢ·½[τ̄·g/ū + τ·(log ū + ρ)].
  func surrogate(
    _ images: Matrix<Double>, _ texts: Matrix<Double>, temperatures: [Double], ids: [Int],
    held: (u: [Double?], temperatures: [Double]), weights: [Double]
  ) -> Double {
    let exponents = Self.exponents(images, texts, temperatures: temperatures, ids: ids)
    return zip(Self.means(exponents), held.u).enumerated().reduce(0) { sum, item in
      let (anchor, (mean, u)) = item
      guard let mean, let u else { return sum }
      let term =
        held.temperatures[anchor] * mean / u + temperatures[anchor] * (log(u) + rho)
      return sum + weights[anchor % weights.count] * term / 2
    }
  }
}

/// Some batches of a data set, an encoder having learnt between them.
struct GlobalBatches {
  static let sampleCount = 10

  /// No index twice in a batch; some come again, some for the first time beside them.
  static let indices = [[3, 0, 7, 4], [0, 1, 2, 3, 4, 5, 6], [9, 3], [7, 4, 1, 8, 0, 2, 5, 3]]

  /// The images and texts of a batch, of raw rows, pairs nearer than others.
  static func rows(_ batch: Int) -> (images: Matrix<Double>, texts: Matrix<Double>) {
    let count = indices[batch].count
    let images = Matrix<Double>.random(
      rowCount: count, columnCount: 5, seed: UInt64(10 + batch))
    let noise = Matrix<Double>.random(rowCount: count, columnCount: 5, seed: UInt64(30 + batch))
    let texts = Matrix<Double>(rowCount: count, columnCount: 5) {
      images[$0, $1] + 0.7 * noise[$0, $1]
    }
    return (images, texts)
  }

  /// One of each, or pairs of rows that are the same.
  static func ids(_ batch: Int, paired: Bool) -> [Int] {
    indices[batch].indices.map { paired ? $0 / 2 : $0 }
  }
}
