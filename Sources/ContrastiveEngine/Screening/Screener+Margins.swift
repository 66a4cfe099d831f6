import ContrastiveKernels
import RealModule

/// How far approximate logits may be from the exact ones.
extension Screener {
  /// The columns' part of a tile's margins.
  func columnMargins(
    ofTile index: Int, of panel: Panel, block: RowBlock<Scalar>
  ) -> [Scalar] {
    let factor = columnFactor(of: panel, block: block)
    return codes.errors(ofTile: index, of: panel).map { factor * $0 }
  }

  /// ‖q̃‖ + ‖Δq̃‖ at the most.
  func columnFactor(of panel: Panel, block: RowBlock<Scalar>) -> Scalar {
    guard let codes = block.anchorCodes(of: panel) else { return 0 }
    return codes.largestNorm(0..<block.count) + (codes.errors(0..<block.count).max() ?? 0)
  }

  /// The rows' part of the margins of panels.
  func rowMargins(of panels: [Panel], block: RowBlock<Scalar>) -> [Double] {
    // An approximation is the product of four numbers.
    let rounding = 4 * Double(Scalar.ulpOfOne)
    var margins = Array(repeating: 0.0, count: block.count)
    for panel in panels {
      guard let anchors = block.anchorCodes(of: panel) else { continue }
      let factor = Double(codes.largestNorm(of: panel))
      let rest = rounding * Double(anchors.largestNorm(0..<block.count))
      for (row, error) in anchors.errors(0..<block.count).enumerated() {
        margins[row] = max(margins[row], factor * (Double(error) + rest))
      }
    }
    return margins
  }

  /// Whether a panel's exponentials may be taken relative to approximate maxima.
  func marginsAreSmall(rows: [Double], of panel: Panel, block: RowBlock<Scalar>) -> Bool {
    let column = columnFactor(of: panel, block: block) * codes.largestError(of: panel)
    return exponent * ((rows.max() ?? 0) + Double(column)) <= Self.largestMargin
  }

  /// How far below its row's threshold a logit is nothing: all columns together then add less than
  /// half an ε.
  var negligible: Double {
    let share = Double(Scalar.ulpOfOne) / 2 / Double(context.problem.candidates.columnCount)
    return max(0, .log(Self.significantShare / share)) / exponent
  }
}
