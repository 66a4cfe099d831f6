import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// Rows that stay at home against columns that go round: the statistics in one circle, the gradients in a second; of large blocks
/// part by part.
///
/// Of a batch against itself every pair of blocks meets once: a block visits half of the other ranks, and where their number is
/// even the two that are farthest apart share the work, each for half of the first's rows.
final class Ring<Scalar: EmbeddingScalar> {
  let plan: RingPlan<Scalar>

  /// The blocks of tiles, as the first circles left them: by part, by visit, and by piece of the rows at home.
  var passes: [Kept] = []

  /// The logits of all anchors' positives, one by one, where they are wanted so.
  var listed = ListedPositives()

  init(_ plan: RingPlan<Scalar>) { self.plan = plan }

  /// What stays of a piece between the circles: its tiles, the logits of its positives, or nothing.
  enum Kept {
    case tiles(BlockPass<Scalar>)
    case positives(BlockPass<Scalar>.Positives)
    case nothing
  }

  /// What anchors know of all blocks.
  struct Statistics {
    /// Of the rows at home: where a batch is against itself, of all its pairs.
    var rows: RowStatistics

    /// Of this rank's columns.
    var columns: RowStatistics

    /// Of the same, where positives are spread; otherwise empty.
    var rowPositives: [PositiveSums] = []
    var columnPositives: [PositiveSums] = []

    /// The positives' logits one by one, where they are wanted so: those of the rows, and of this rank's columns.
    var listedPositives: (rows: PositiveLogits, columns: PositiveLogits)?

    /// The sum of the cosines of all negative pairs that this rank has seen, from both sides.
    var negativeSimilarity = 0.0

    /// The largest of the logits that this rank has computed, if any were rounded.
    var logitError: LogitError?
  }
}
