import ContrastiveEmbeddings
import ContrastiveKernels

extension MutualEngine {
  /// Anchors that are evaluated at once: enough for a call of the row function to be cheap, and few enough for their
  /// statistics, of which a row has some twenty numbers, to be little beside what there is of all.
  private var chunk: Int { max(32, min(64, problem.anchorCount / 8)) }

  /// Evaluates every anchor, in chunks that threads share.
  func evaluate(_ all: MutualShare) throws(ContrastiveError) -> [RowEvaluation] {
    let evaluator = RowEvaluator(
      problem.function, scales: problem.functionScales, weights: problem.weights,
      hasSinglePositive: problem.hasSinglePositive, observes: problem.observes)
    let rowCount = problem.rows.rowCount
    // Within row blocks, so that an anchor's rows are in one of them.
    let chunks =
      rowBlocks.enumerated().flatMap { block, rows in
        rows.range.parts(of: chunk).map { (block: Int?.some(block), anchors: $0) }
      }
      + (problem.isTriangle
        ? []
        : (rowCount..<problem.anchorCount).parts(of: chunk).map { (block: nil, anchors: $0) })
    return try work.map(chunks.count) { _, item in
      let (block, anchors) = chunks[item]
      var parts: [RowStatistics] = []
      if let block {
        let first = rowBlocks[block].range.lowerBound
        let own = anchors.lowerBound - first..<anchors.upperBound - first
        if let rows = all.rows[block] { parts.append(rows[own]) }
      }
      if block == nil || problem.isTriangle {
        let first = problem.columnAnchors.lowerBound
        let own = anchors.lowerBound - first..<anchors.upperBound - first
        parts.append(all.columns[own])
      }
      var statistics = parts[0]
      for part in parts.dropFirst() { statistics.merge(matching: part) }
      for (place, anchor) in anchors.enumerated() {
        statistics.counts[place] = problem.negativeCount(ofAnchor: anchor)
      }
      let held = positiveLogits(ofAnchors: anchors)
      var logits = held
      if problem.map != .identity {
        logits.logits = held.logits.map { problem.positiveMap.value(at: $0) }
      }
      var evaluation = evaluator.evaluate(anchors, statistics: statistics, positives: logits)
      if problem.hasPositives, let anchor = anchors.first {
        positives.setSlopes(
          zip(evaluation.slopes.positives, held.logits).map { slope, held in
            // A slope of 0 stays 0 where the map's is infinite.
            problem.map == .identity || slope == 0
              ? slope : slope * problem.positiveMap.slope(at: held)
          }, from: positives.range(ofAnchor: anchor).lowerBound)
      }
      evaluation.slopes.removeAllButTerms()
      return evaluation
    }
  }

  private func positiveLogits(ofAnchors anchors: Range<Int>) -> PositiveLogits {
    guard problem.hasPositives else { return PositiveLogits() }
    var result = positives.logits(ofAnchors: anchors)
    if case .each(let scales) = problem.scales {
      for (place, anchor) in anchors.enumerated() {
        for p in result.range(ofRow: place) { result.logits[p] *= scales[anchor] }
      }
    }
    return result
  }

  /// The sum of all similarities is the inner product of the sum of the rows and the sum of the
  /// columns: no pass over N × M. Every pair is seen from both sides.
  func negativeSimilarity(_ all: MutualShare) -> Double {
    let rowSum = problem.rows.columnSums(threads: options.threads, on: isa)
    let columnSum =
      problem.columns?.columnSums(threads: options.threads, on: isa) ?? rowSum
    var total = 0.0
    for (r, c) in zip(rowSum, columnSum) { total += r * c }
    if !problem.isTriangle { total *= 2 }
    return total - all.exceptionSum
  }
}
