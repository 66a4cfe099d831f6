import Contrastive
import ContrastiveEmbeddings

/// Random views of digits: each another picture of the same digit.
///
/// Shifted by up to a pixel each way, what comes in from the edge being background; of more contrast
/// or less; and noisy.
struct DigitViews: Sendable {
  var shift = 1
  var contrast: ClosedRange<Float> = 0.8...1.2
  var noise: Float = 0.08

  /// Standard normal numbers, of which each pixel's noise is one. To draw them all anew would take
  /// longer than to train on them.
  private static let normals: [Float] = {
    var generator = SeededGenerator(seed: 0x6E6F_6973_65)
    return (0..<1 << 16).map { _ in Float(generator.nextNormal()) }
  }()

  /// A view of each of some images.
  func view(of digits: Digits, rows: [Int], using generator: inout SeededGenerator) -> Matrix<Float>
  {
    let (side, normals) = (Digits.side, Self.normals)
    var view: [Float] = []
    view.reserveCapacity(rows.count * Digits.pixelCount)
    for row in rows {
      let (down, right) = (
        Int.random(in: -shift...shift, using: &generator),
        Int.random(in: -shift...shift, using: &generator)
      )
      let factor = Float.random(in: contrast, using: &generator)
      var bits: UInt64 = 0
      for y in 0..<side {
        for x in 0..<side {
          // 16 bits for each number of the table, four of a draw.
          bits = x.isMultiple(of: 4) ? generator.next() : bits >> 16
          let pixel = digits.pixel(of: row, y - down, x - right)
          view.append(factor * pixel + noise * normals[Int(bits & 0xFFFF)])
        }
      }
    }
    // As many elements as rows and pixels, by construction.
    guard let matrix = try? Matrix(view, rowCount: rows.count, columnCount: Digits.pixelCount)
    else { preconditionFailure("a view has a row for each image") }
    return matrix
  }
}
