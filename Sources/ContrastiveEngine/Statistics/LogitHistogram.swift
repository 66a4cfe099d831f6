import ContrastiveEmbeddings
import ContrastiveKernels

/// How many logits lie where: counts in equal bins of a range, over all rows.
///
/// Histograms of other candidates over the same bins merge.
public struct LogitHistogram: Sendable, Equatable {
  /// What the bins divide; logits beyond are counted in the outermost.
  public let range: ClosedRange<Double>

  /// A count for each bin.
  public private(set) var counts: [Int64]

  init(range: ClosedRange<Double>, binCount: Int) {
    self.range = range
    counts = Array(repeating: 0, count: binCount)
  }

  mutating func add(_ other: LogitHistogram) {
    for bin in counts.indices { counts[bin] += other.counts[bin] }
  }

  mutating func add<Scalar: EmbeddingScalar>(_ logits: Block<Scalar>, on isa: InstructionSet) {
    logits.addHistogram(to: &counts, over: range, on: isa)
  }
}
