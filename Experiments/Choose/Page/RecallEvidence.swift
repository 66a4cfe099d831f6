/// What training at every temperature brought, for the page to show.
struct RecallEvidence: Sendable {
  /// Recall@1 of the test queries with its 95 %, and how far it is from the best.
  struct Point: Sendable {
    /// Nil of the untrained rows.
    let temperature: Double?
    let recall: Double
    let range: ClosedRange<Double>

    /// What it has above the best, and 95 % of that; nil of the best itself.
    let difference: (value: Double, range: ClosedRange<Double>)?
    let verdict: String
    let meanReciprocalRank: Double

    /// Whether it is told apart from the best.
    var isWorse: Bool { difference.map { !$0.range.contains(0) } ?? false }
  }

  /// Of every temperature in ascending order.
  let points: [Point]
  let untrained: Point
  let testCount: Int

  /// Takes the table that `choose` prints, so that the two say the same.
  ///
  /// - Parameters:
  ///   - table: That of ``Choose/reasonsTable(_:choice:length:named:)``.
  ///   - testCount: How many queries test.
  /// - Returns: Nil of a table without trained or without untrained rows.
  init?(_ table: Table, testCount: Int) {
    let names = [
      "temperature", "recallAt1", "low", "high", "difference", "differenceLow", "differenceHigh",
      "meanReciprocalRank",
    ]
    let columns = names.map { table.numbers(in: $0) }
    var points: [Point] = []
    for (row, verdict) in table.cells(in: "verdict").enumerated() {
      let cells = columns.map { $0[row] }
      guard let recall = cells[1], let low = cells[2], let high = cells[3],
        let reciprocal = cells[7], case .string(let verdict)? = verdict
      else { continue }
      var difference: (value: Double, range: ClosedRange<Double>)?
      // The best stands at 0 from itself in the table, for its picture's line: no interval.
      if let value = cells[4], let low = cells[5], let high = cells[6], low < high || value != 0 {
        difference = (value, low...high)
      }
      points.append(
        Point(
          temperature: cells[0], recall: recall, range: low...high, difference: difference,
          verdict: verdict, meanReciprocalRank: reciprocal))
    }
    guard let untrained = points.last(where: { $0.temperature == nil }) else { return nil }
    points.removeAll { $0.temperature == nil }
    guard !points.isEmpty else { return nil }
    (self.points, self.untrained, self.testCount) = (points, untrained, testCount)
  }

  /// Neighbouring temperatures that are not told apart from the best, where there are several: from the first to the
  /// last of each run.
  var bands: [ClosedRange<Double>] {
    guard points.count(where: { !$0.isWorse }) > 1 else { return [] }
    return points.split(whereSeparator: \.isWorse).compactMap { run in
      run.first?.temperature.flatMap { first in run.last?.temperature.map { first...$0 } }
    }
  }
}

extension RecallEvidence: JSONRepresentable {
  var json: JSON {
    let object: JSONObject = [
      "points": points, "untrained": untrained,
    ]
    return object.json
  }
}

extension RecallEvidence.Point: JSONRepresentable {
  var json: JSON {
    let object: JSONObject = [
      "temperature": temperature, "value": recall, "low": range.lowerBound,
      "high": range.upperBound, "isWorse": isWorse,
    ]
    return object.json
  }
}
