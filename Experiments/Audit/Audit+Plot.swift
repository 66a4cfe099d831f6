import Contrastive

extension Audit {
  /// Where cosines of positives and of negatives lie.
  func plot(_ findings: AuditFindings) -> Plot {
    let neighbors = findings.neighbors
    let (count, step) = (Neighbors.binCount / 4, 4)
    func density(_ counts: [Double]) -> [(x: Double, y: Double?)] {
      let total = counts.reduce(0, +)
      return counts.enumerated().map { bin, value in
        let width = 2 / Double(count)
        return (-1 + (Double(bin) + 0.5) * width, total > 0 ? value / total / width : nil)
      }
    }
    var own = [Double](repeating: 0, count: count)
    for cosine in neighbors.positives {
      own[min(count - 1, max(0, Int((cosine + 1) / 2 * Double(count))))] += 1
    }
    let others = stride(from: 0, to: neighbors.negatives.count, by: step).map { first in
      neighbors.negatives[first..<first + step].reduce(0) { $0 + Double($1) }
    }
    // Where there are any.
    let bins = own.indices.filter { own[$0] > 0 || others[$0] > 0 }
    let range = bins.first.flatMap { first in
      bins.last.map { last in
        -1 + 2 * Double(first) / Double(count)...(-1 + 2 * Double(last + 1) / Double(count))
      }
    }
    var plot = Plot(
      name: Self.plotName, title: "Cosines of queries with keys",
      subject: "\(pairOptions.name), \(neighbors.rowCount.words("query"))",
      x: Axis("cosine", range: range), y: Axis("density"))
    plot.series = [
      Series("own keys", points: density(own)), Series("negatives", points: density(others)),
    ]
    return plot
  }
}
