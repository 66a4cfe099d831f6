import Contrastive
import Foundation

extension TrainedRecalls {
  /// How many test queries it would take to tell temperatures apart.
  struct NeededPairs: Hashable, Sendable {
    /// A difference of recall@1.
    let difference: Double

    /// To two digits, rounded up: it is no better known.
    let testCount: Int

    /// How many there are.
    let testedCount: Int

    /// Whether there are enough: such a difference would have been told, in four of five data sets.
    var areTested: Bool { testCount <= testedCount }

    init(difference: Double, testCount: Double, testedCount: Int) {
      (self.difference, self.testedCount) = (difference, testedCount)
      let unit = pow(10, max(0, log10(testCount).rounded(.down) - 1))
      self.testCount = Int((testCount / unit).rounded(.up) * unit)
    }
  }

  /// What it would take to tell the best from some others: for the smallest difference worth finding, by the two whose
  /// difference is least certain, and for the largest that was seen, if that is larger.
  func needed(toTell among: [Int]) -> [NeededPairs] {
    let others = among.filter { $0 != best }
    func needed(_ difference: Double, _ others: [Int]) -> NeededPairs? {
      others.map { comparison.rowCount(toTell: difference, best, $0) }.max().map {
        NeededPairs(difference: difference, testCount: $0, testedCount: comparison.rowCount)
      }
    }
    let farthest = others.max {
      comparison.difference(best, $0).value < comparison.difference(best, $1).value
    }
    let largest = farthest.map { comparison.difference(best, $0).value } ?? 0
    return [
      needed(TemperatureChoice.worthwhile, others),
      largest > TemperatureChoice.worthwhile
        ? needed(largest, farthest.map { [$0] } ?? []) : nil,
    ].compactMap(\.self)
  }
}

extension TrainedRecalls.NeededPairs: JSONRepresentable {
  var json: JSON {
    let object: JSONObject = [
      "difference": difference, "testPairs": testCount, "areTested": areTested,
    ]
    return object.json
  }
}

extension [TrainedRecalls.NeededPairs] {
  /// The same in a sentence, if there are any.
  var text: String? {
    guard let first else { return nil }
    if first.areTested {
      return
        "A difference of \(first.difference.text(digits: 2)) would most likely have been seen on these "
        + "\(first.testedCount) test pairs."
    }
    return
      "To tell apart what differs by \(first.difference.text(digits: 2)) would take about \(first.testCount) test pairs"
      + dropFirst().map {
        ", and by \($0.difference.text(digits: 2)), the most that was seen among these, about \($0.testCount)"
      }.joined() + "."
  }
}
