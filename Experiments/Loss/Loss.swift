import ArgumentParser

/// Any loss of the library on arrays from files.
struct Loss: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss",
    abstract: "Compute a loss, its gradients and its diagnostics on arrays from files.",
    discussion: """
      Arrays are .npy or .safetensors files (file.safetensors:tensor), one embedding a row; labels \
      are integers. Rows are normalised unless a loss says otherwise.

      Example:
        Experiments loss info-nce --queries q.npy --positives k.npy --temperature 0.07
      """,
    subcommands: [
      InfoNCECommand.self, MoCoCommand.self, CLIPCommand.self, SigLIPCommand.self,
      NTXentCommand.self, NTXentPairsCommand.self, SupConCommand.self, NormFaceCommand.self,
      MoCoV3Command.self, DCLCommand.self, DCLWCommand.self, CosFaceCommand.self,
      ArcFaceCommand.self, NPIDSoftmaxCommand.self,
      DebiasedCommand.self, HardNegativeCommand.self, SoftmaxCrossEntropyCommand.self,
      DistillationCommand.self, AlignmentCommand.self, UniformityCommand.self,
      ToleranceCommand.self, NPIDNCECommand.self, CContrastiveCommand.self, CTripletCommand.self,
      TripletMarginCommand.self,
    ])
}
