import Contrastive

/// The bundled images of handwritten digits, 8 × 8 pixels from 0 to 1.
struct Digits: Sendable {
  /// The images one after another, row by row.
  let pixels: [Float]
  let labels: [Int]

  /// Whose they are, for an explanation.
  static let source =
    "The digits are the test set of the UCI “Optical Recognition of Handwritten Digits” (Alpaydin & Kaynak 1998, "
    + "doi.org/10.24432/C50P49), \(side) × \(side) pixels."

  static let side = 8
  static let pixelCount = side * side
  static let classCount = 10

  /// How many of the first rows are trained on.
  static let trainingCount = 1400

  /// How many of the others test.
  static let testCount = 397

  /// The rows to train on, and the others to test.
  static func load() throws -> (training: Digits, test: Digits) {
    let file = try FileArray(reading: BundledData.path("digits/images.npy"))
    let all = Digits(
      pixels: file.converted(to: Float.self).map { $0 / 16 },
      labels: try readIndices(BundledData.path("digits/labels.npy")))
    return (
      all.rows(0..<trainingCount), all.rows(trainingCount..<all.labels.count)
    )
  }

  /// Some of the rows.
  func rows(_ range: Range<Int>) -> Digits {
    Digits(
      pixels: Array(
        pixels[range.lowerBound * Self.pixelCount..<range.upperBound * Self.pixelCount]),
      labels: Array(labels[range]))
  }

  /// Every image in all its shifts by up to some pixels, background coming in from the edge.
  func shifted(by pixels: Int = DigitViews().shift) -> Digits {
    let offsets = (-pixels...pixels).flatMap { down in (-pixels...pixels).map { (down, $0) } }
    return Digits(
      pixels: offsets.flatMap { down, right in
        labels.indices.flatMap { row in
          (0..<Self.pixelCount).map {
            pixel(of: row, $0 / Self.side - down, $0 % Self.side - right)
          }
        }
      },
      labels: offsets.flatMap { _ in labels })
  }

  /// A pixel of an image, background beyond its edges.
  func pixel(of row: Int, _ y: Int, _ x: Int) -> Float {
    let inside = 0..<Self.side
    return inside.contains(y) && inside.contains(x)
      ? pixels[row * Self.pixelCount + y * Self.side + x] : 0
  }

  /// One image a row.
  var images: Matrix<Float> {
    get throws {
      try Matrix(pixels, rowCount: labels.count, columnCount: Self.pixelCount)
    }
  }
}
