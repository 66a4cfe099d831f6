import ArgumentParser

/// Training on precomputed embeddings.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Tune a linear adapter per side on precomputed embeddings, at one τ or over many.",
    discussion: """
      Example:
        Experiments train adapter --temperature 0.05 --output results/adapter
        Experiments train sweep --output results/train-sweep
      """,
    subcommands: [TrainAdapter.self, TrainSweep.self])
}
