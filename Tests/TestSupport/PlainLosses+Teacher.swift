public import Contrastive
import Foundation

extension PlainLoss {
  /// Half of the cross-entropies of a row and of a column of the student's logits, with a teacher's softmaxes for
  /// targets.
  public static func embeddingDistillation(
    _ inputs: [String: Matrix<Double>], teacher: Teacher, ids: [Int]? = nil, temperature: Double
  ) -> PlainLoss {
    PlainLoss(inputs, temperature: temperature) { rows, temperature in
      let (images, texts) = (rows["images", default: []], rows["texts", default: []])
      let logits = teacher.logits
      return images.indices.map { i in
        let kept = images.indices.filter { j in ids.map { j == i || $0[j] != $0[i] } ?? true }
        let byRow = crossEntropy(
          Self.softmax(kept.map { logits[i][$0] }),
          kept.map { images[i].dot(texts[$0]) / temperature[i] })
        let byColumn = crossEntropy(
          Self.softmax(kept.map { logits[$0][i] }),
          kept.map { images[$0].dot(texts[i]) / temperature[images.count + i] })
        return (byRow + byColumn) / 2
      }
    }
  }

  /// Embeddings of the same pairs, of another dimension.
  public struct Teacher: Sendable {
    public let images: Matrix<Double>
    public let texts: Matrix<Double>
    public let temperature: Double

    public init(rowCount: Int, temperature: Double = 0.15) {
      func random(_ seed: UInt64) -> Matrix<Double> {
        Matrix<Float>.random(rowCount: rowCount, columnCount: 4, seed: seed).converted()
      }
      (images, texts, self.temperature) = (random(71), random(72), temperature)
    }

    fileprivate var logits: [[Double]] {
      func unit(_ rows: Matrix<Double>, _ row: Int) -> [Double] {
        let own = (0..<rows.columnCount).map { rows[row, $0] }
        let length = own.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return own.map { $0 / length }
      }
      return (0..<images.rowCount).map { i in
        (0..<texts.rowCount).map { j in
          zip(unit(images, i), unit(texts, j)).reduce(0) { $0 + $1.0 * $1.1 } / temperature
        }
      }
    }
  }

  private static func softmax(_ logits: [Double]) -> [Double] {
    let masses = logits.map { exp($0) }
    let sum = masses.reduce(0, +)
    return masses.map { $0 / sum }
  }

  private static func crossEntropy(_ targets: [Double], _ logits: [Dual]) -> Dual {
    targets.indices.reduce(0) { (sum: Dual, j: Int) -> Dual in
      var rest: Dual = 0
      for k in logits.indices where k != j { rest += .exp(logits[k] - logits[j]) }
      return sum + Dual(targets[j]) * .log(onePlus: rest)
    }
  }
}
