import ContrastiveEngine
import RealModule

/// The slopes of anchors by their negatives, and by positives wherever these turn up:
/// ```
/// dL/dzₚ = slope + share · exp(zₚ − level)
/// dL/dzₚ = slope + share · σ(level − zₚ)
/// ```
struct SpreadSlopes {
  /// Of all anchors of a loss.
  enum Form {
    case exponential
    case logistic
  }

  var anchors: AnchorSlopes
  var form = Form.exponential

  /// Empty where the slope by a positive does not depend on its logit.
  var share: [Double] = []
  var level: [Double] = []

  init(
    _ anchors: AnchorSlopes, share: [Double] = [], level: [Double] = [],
    form: Form = .exponential
  ) {
    (self.anchors, self.share, self.level, self.form) = (anchors, share, level, form)
  }

  /// Of rows that are no anchors.
  init(none count: Int, scale: Double) {
    anchors = AnchorSlopes(none: count, scale: scale)
  }

  func ofPositive(_ anchor: Int, logit: Double) -> Double {
    let slope = anchors.positives.isEmpty ? 0 : anchors.positives[anchor]
    // A share of 0 has no level to go with it.
    guard !share.isEmpty, share[anchor] != 0 else { return slope }
    return switch form {
    case .exponential: slope + share[anchor] * .exp(logit - level[anchor])
    case .logistic: slope + share[anchor] * logistic(level[anchor] - logit)
    }
  }

  subscript(rows: Range<Int>) -> SpreadSlopes {
    SpreadSlopes(
      anchors[rows], share: share.isEmpty ? [] : Array(share[rows]),
      level: level.isEmpty ? [] : Array(level[rows]), form: form)
  }

  // MARK: As numbers

  /// How many tell an anchor's slopes.
  static let numberCount = 5

  /// How many do where its positives are all at home.
  static let shortNumberCount = 2

  func numbers(width: Int) -> [Double] {
    anchors.shift.indices.flatMap { row in
      let all = [
        anchors.shift[row], anchors.factor[row],
        anchors.positives.isEmpty ? 0 : anchors.positives[row],
        share.isEmpty ? 0 : share[row], level.isEmpty ? 0 : level[row],
      ]
      return all.prefix(width)
    }
  }

  init(numbers: [Double], width: Int, form: Form) {
    func column(_ place: Int) -> [Double] {
      place < width ? stride(from: place, to: numbers.count, by: width).map { numbers[$0] } : []
    }
    anchors = AnchorSlopes(shift: column(0), factor: column(1), positives: column(2))
    (share, level, self.form) = (column(3), column(4), form)
  }
}
