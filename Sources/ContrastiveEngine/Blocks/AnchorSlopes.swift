import ContrastiveKernels

/// The slopes of anchors, as they are handed from block to block: a negative's dL/dz is factor · exp(z − shift), and
/// a single positive's is a number.
package struct AnchorSlopes: Sendable {
  package var shift: [Double]
  package var factor: [Double]

  /// dL/dz of single positives; empty where there are none, or several.
  package var positives: [Double]

  /// Of what a row function made of some rows, with one exponent.
  package init(_ slopes: RowSlopes) {
    (shift, factor) = (slopes.terms[0].shift, slopes.terms[0].factor)
    positives = slopes.positives
  }

  package init(shift: [Double], factor: [Double], positives: [Double]) {
    (self.shift, self.factor, self.positives) = (shift, factor, positives)
  }

  /// Of rows that are no anchors: no logit exceeds the scale, so that nothing overflows before it is multiplied by 0.
  package init(none count: Int, scale: Double) {
    shift = Array(repeating: scale, count: count)
    factor = Array(repeating: 0, count: count)
    positives = []
  }

  /// Those of some anchors.
  package subscript(rows: Range<Int>) -> AnchorSlopes {
    AnchorSlopes(
      shift: Array(shift[rows]), factor: Array(factor[rows]),
      positives: positives.isEmpty ? [] : Array(positives[rows]))
  }

  /// Those of other anchors after these.
  package mutating func append(_ other: AnchorSlopes) {
    shift += other.shift
    factor += other.factor
    positives += other.positives
  }
}
