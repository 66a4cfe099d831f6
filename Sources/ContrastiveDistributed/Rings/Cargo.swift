import ContrastiveKernels

/// What a block of rows collects on its way from rank to rank, and brings home.
struct Cargo<Scalar: EmbeddingScalar> {
  /// So many for each row.
  var numbers: [Double] = []

  /// By the rows.
  var gradient: Block<Scalar>?

  /// Adds the gradient that other ranks have made, and leaves numbers to those who know what they are.
  mutating func addGradient(_ other: Cargo, on isa: InstructionSet) {
    if let more = other.gradient { gradient?.add(more, on: isa) }
  }
}

/// A block of rows, or a part of one, where it is: whose it is, and what goes with it.
struct Visitor<Scalar: EmbeddingScalar> {
  /// The rank that it comes from.
  let owner: Int

  /// Which of that rank's rows they are.
  let range: Range<Int>

  /// Unit rows.
  let rows: Block<Scalar>

  /// So many for each row, the same on the whole way.
  let numbers: [Double]
}
