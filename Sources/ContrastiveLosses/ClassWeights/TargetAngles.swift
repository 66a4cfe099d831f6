package import ContrastiveEmbeddings
package import ContrastiveEngine
package import ContrastiveKernels
import RealModule

/// The angles between features and the weights of their own classes, and where they grow.
///
/// A cosine in `Float` knows θ to 6e-8/sin θ, which below θ = 3e-4 is nothing, and the gradient of a
/// function of θ, along the tangent (ŵ − f̂·cos θ)/sin θ, is a small difference of unit rows, as wrong
/// as they were rounded. Both are computed here from the rows as they were given, in `Double`:
/// ```
/// t = ŵ − ⟨f̂, ŵ⟩·f̂,    θ = atan2(‖t‖, ⟨f̂, ŵ⟩)
/// ```
/// The tangents t/‖t‖ are of length 1, so that the rows' own precision is enough to keep them.
package struct TargetAngles<Scalar: EmbeddingScalar>: Sendable {
  /// Up to here two rows are parallel, to rounding, and no direction leads from one to the other: two
  /// roundings of every element of either (a product and a division by a length), half of a last place
  /// each, and those of the computation here.
  package static var parallelAngle: Double { 2 * Double(Scalar.ulpOfOne) + 4 * Double.ulpOfOne }

  private let features: AnyEmbeddings<Scalar>

  /// Rows as they were given, some of which are the features' classes'.
  private let classWeights: AnyEmbeddings<Scalar>
  private let targets: [Int]
  private let options: ComputeOptions

  /// θ of every row; a block, as threads write to it.
  private let column: Block<Double>

  /// t/‖t‖ of every row; 0 where the two are parallel, or the class weight is a zero row. Of a zero feature it is ŵ, which
  /// nothing comes of: the gradient by a zero row is 0, and that by ŵ in its own direction has the factor cos θ.
  private let tangents: Block<Scalar>?

  /// θ: π/2 where one of the two is a zero row.
  package var angles: [Double] { (0..<column.rowCount).map { column[$0, 0] } }

  /// - Parameter targets: Of every feature the row of `classWeights` that is its class's.
  package init(
    features: AnyEmbeddings<Scalar>, classWeights: AnyEmbeddings<Scalar>, targets: [Int],
    needsTangents: Bool, options: ComputeOptions
  ) {
    self.features = features
    self.classWeights = classWeights
    self.targets = targets
    self.options = options
    let rowCount = features.rowCount
    column = Block(rowCount: rowCount, columnCount: 1)
    tangents =
      needsTangents
      ? options.block(
        rowCount: rowCount, columnCount: features.columnCount) : nil
    let (measured, chunk) = (self, 16)
    Workers.forEach((rowCount + chunk - 1) / chunk, threads: options.threads) { _, item in
      measured.measure(item * chunk..<min((item + 1) * chunk, rowCount))
    }
  }

  private func measure(_ rows: Range<Int>) {
    let isa = options.isa
    func scratch<Element>() -> Block<Element> {
      Block(rowCount: rows.count, columnCount: features.columnCount)
    }
    let (raw, feature, tangent): (Block<Double>, Block<Double>, Block<Double>) = (
      scratch(), scratch(), scratch()
    )
    // Room for rows that are read.
    let read: Block<Scalar> = scratch()
    raw.copy(converting: features.given(rows, into: read))
    feature.setNormalized(raw, on: isa)
    for (place, target) in targets[rows].enumerated() {
      raw.rows(place..<place + 1).copy(
        converting: classWeights.given(target..<target + 1, into: read))
    }
    tangent.setNormalized(raw, on: isa)
    let cosines = tangent.dots(with: feature, on: isa)
    tangent.add(feature, times: cosines.map { -$0 }, on: isa)
    let sines = tangent.dots(with: tangent, on: isa).map { $0.squareRoot() }
    var factors: [Double] = []
    for (row, (sine, cosine)) in zip(rows, zip(sines, cosines)) {
      let angle = sine == 0 && cosine == 0 ? .pi / 2 : Double.atan2(y: sine, x: cosine)
      column[row, 0] = angle
      factors.append(angle > Self.parallelAngle && sine > 0 ? 1 / sine : 0)
    }
    guard let tangents else { return }
    tangent.scaleRows(by: factors, on: isa)
    tangents.rows(rows).copy(converting: tangent)
  }

  /// Adds the gradient of a sum of functions of the angles to that by the unit rows.
  ///
  /// Moving f̂ along its tangent t̂, or ŵ along sin θ·f̂ − cos θ·t̂, closes the angle at the rate 1.
  ///
  /// - Parameters:
  ///   - slopes: dL/dθ of every row, 0 where the two are parallel.
  ///   - byFeatures: What is added to, if it is asked for.
  ///   - byClassWeights: The same, with the rows of the class weights.
  package func addGradient(
    _ slopes: [Double], byFeatures: Block<Scalar>?, byClassWeights: Block<Scalar>?
  ) {
    guard let tangents else { return }
    let isa = options.isa
    byFeatures?.add(tangents, times: slopes.map { -$0 }, on: isa)
    guard let gradient = byClassWeights else { return }
    let scratch = Block<Scalar>(rowCount: 1, columnCount: features.columnCount)
    for (row, center) in targets.enumerated() {
      let target = gradient.rows(center..<center + 1)
      let angle = column[row, 0]
      target.add(
        features.unit(row..<row + 1, into: scratch, on: isa),
        times: [-slopes[row] * .sin(angle)], on: isa)
      target.add(
        tangents.rows(row..<row + 1), times: [slopes[row] * .cos(angle)], on: isa)
    }
  }
}
