package import ContrastiveEmbeddings
public import ContrastiveKernels

/// How a loss is computed. What it computes is the same, to rounding.
///
/// Any number of threads may call losses at the same time, each with options of its own. For a given
/// `threads` the same input gives the same bits, run after run.
///
/// A call in a `Task` that is cancelled stops: before it begins, between items that its threads share, and within
/// an item before the next tile of logits. It throws `ContrastiveError` with the problem
/// `.cancelled`, returns nothing, and leaves the workspace and what it was given as they were. What is done once for
/// every row, as checking and normalising, is not stopped midway. Outside of a task nothing is looked at.
public struct ComputeOptions: Hashable, Sendable {
  /// How many threads share a call's work, the calling one among them; at least 1. Calls refuse
  /// options of fewer with an error.
  ///
  /// They are libdispatch's, borrowed for the call; between a call's products they look for work
  /// for up to 0.3 ms before they go. OpenBLAS, whose number of threads is a setting
  /// of the whole process, is held to the calling thread meanwhile, and given its number back when
  /// the last call in progress returns.
  public var threads: Int {
    get { max(1, givenThreads) }
    set { givenThreads = newValue }
  }

  private var givenThreads: Int

  /// How many bytes of logits may be kept between a loss's sums and its gradient.
  ///
  /// What does not fit is computed again, by a third more flops; nothing else changes. With the
  /// default of 64 MiB, in `Float`, CLIP keeps its logits up to a batch of 4096, and NT-Xent, which
  /// needs one triangle of them, up to 2N = 5632. One-way losses need a block of rows at a time and
  /// take 32 MiB at the most: up to 131 072 candidates.
  public var keptByteCount: Int

  /// Where tiles, kept logits and gradients are.
  public var workspace: Workspace

  /// Of what numbers tiles' products are.
  public var products: Products

  /// The largest expected error of logits that sixteen-bit products may have; tiles with a larger one
  /// take full products. `nil` allows all.
  ///
  /// - SeeAlso: ``LogitError/expected``.
  public var largestLogitError: Double?

  /// Rows of a tile; `nil` chooses by shape.
  package var tileRows: Int?
  /// Columns of a tile; `nil` chooses by shape.
  package var tileColumns: Int?
  /// `nil` chooses by shape.
  package var strategy: Strategy?
  /// Exponentials relative to running maxima, even where one shift would do for all rows.
  package var alwaysTakesMaxima = false
  /// Whether products of 8-bit codes tell first which logits can matter, where exponentials are
  /// relative to running maxima; `nil` where the instruction set has them.
  package var screens: Bool?
  package var isa = InstructionSet.best

  /// Creates options.
  ///
  /// - Parameters:
  ///   - threads: `nil` for as many as the process has processors.
  ///   - keptByteCount: The memory for logits; 0 keeps none.
  ///   - workspace: The memory that calls use one after another.
  ///   - products: Of what numbers tiles' products are.
  ///   - largestLogitError: The largest expected error of logits from sixteen-bit products.
  public init(
    threads: Int? = nil, keptByteCount: Int = 64 << 20, workspace: Workspace = .shared,
    products: Products = .full, largestLogitError: Double? = nil
  ) {
    self.products = products
    self.largestLogitError = largestLogitError
    self.workspace = workspace
    givenThreads = threads ?? Workers.available
    self.keptByteCount = max(0, keptByteCount)
  }

  package init(
    tileRows: Int? = nil, tileColumns: Int? = nil, strategy: Strategy? = nil,
    alwaysTakesMaxima: Bool = false, threads: Int? = nil, isa: InstructionSet
  ) {
    self.init(threads: threads)
    self.tileRows = tileRows
    self.tileColumns = tileColumns
    self.strategy = strategy
    self.alwaysTakesMaxima = alwaysTakesMaxima
    self.isa = isa
  }

  /// What becomes of a row block's logits between their sums and the gradient.
  package enum Strategy: Hashable, Sendable, CaseIterable {
    /// The queries' gradient is accumulated along with the sums, and rescaled where a row's
    /// running maximum moves: 4NMd flops. For keys that take no gradient.
    case onePass
    /// The logits, or their exponentials, are kept: 6NMd flops.
    case kept
    /// They are computed again: 8NMd flops, and memory for one tile.
    case recomputed
    /// Of one way's logits, the exponentials that matter to Float rounding are kept: 2NMd flops and
    /// a few. Else by density, where exponentials are relative to running maxima.
    case sparse
  }
}

extension ComputeOptions {
  /// - Throws: `ContrastiveError` for a number of threads below 1, or in a task that has been cancelled.
  package func requireValid() throws(ContrastiveError) {
    try Cancellation.check()
    guard givenThreads >= 1 else {
      throw .init(.threads, .integer(found: givenThreads, expected: .positive))
    }
  }

  /// In how many shares work is dealt: two per thread, so that a thread that is held up costs less
  /// than half a share.
  package var shareCount: Int { threads > 1 ? 2 * threads : 1 }

  /// A block of the workspace.
  package func block<Scalar>(
    rowCount: Int, columnCount: Int, padded: Bool = false, zeroed: Bool = false
  ) -> Block<Scalar> {
    Block(
      rowCount: rowCount, columnCount: columnCount, padded: padded, zeroed: zeroed, from: workspace)
  }
}
