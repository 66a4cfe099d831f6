import ArgumentParser

/// Any loss of the library on arrays from files.
///
/// This is the list of the losses: the table of losses, the headings of their pages and tests go by it.
struct Loss: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss",
    abstract: "Compute a loss, its gradients and its diagnostics on arrays from files.",
    discussion: """
      Arrays have one embedding a row. \(PairOptions.formats)
      Labels and ids are integers, or texts of which only matters which are equal; classes and other \
      numbers of rows are integers. Rows are normalised unless a loss says otherwise.

      terms tells how many terms the value is of; a note tells where there are none, or where there \
      are no negatives. A value that leaves the range of the arithmetic is an error.

      Example:
        Experiments loss info-nce --queries q.npy --positives k.npy --temperature 0.07
      """,
    groupedSubcommands: [
      CommandGroup(
        name: "Pairs",
        subcommands: [
          InfoNCECommand.self, MoCoCommand.self, MoCoV3Command.self, CLIPCommand.self,
          SigLIPCommand.self, NTXentCommand.self, DCLCommand.self, DCLWCommand.self,
          DebiasedCommand.self, HardNegativeCommand.self,
          SmoothedInfoNCECommand.self, RINCECommand.self, ArctanhInfoNCECommand.self,
          MACLCommand.self, MatryoshkaCommand.self,
        ]),
      CommandGroup(
        name: "Scored pairs",
        subcommands: [CoSENTCommand.self, AnglECommand.self]),
      CommandGroup(
        name: "Tokens",
        subcommands: [
          MaxSimInfoNCECommand.self, MaxSimCLIPCommand.self, MaxSimDistillationCommand.self,
        ]),
      CommandGroup(
        name: "Pairs of several positives",
        subcommands: [
          InfoNCEGroupsCommand.self, CLIPGroupsCommand.self, SigLIPGroupsCommand.self,
        ]),
      CommandGroup(
        name: "Labels",
        subcommands: [
          SupConCommand.self, NTXentPairsCommand.self, TripletMarginCommand.self,
          MultiSimilarityCommand.self, CircleCommand.self, NCACommand.self,
          ContrastiveCommand.self, NPairsCommand.self,
        ]),
      CommandGroup(
        name: "Class weights",
        subcommands: [
          NormFaceCommand.self, CosFaceCommand.self, ArcFaceCommand.self,
          SubCenterArcFaceCommand.self,
          CContrastiveCommand.self, CTripletCommand.self, ProxyNCACommand.self,
          ProxyAnchorCommand.self,
        ]),
      CommandGroup(
        name: "A teacher's embeddings", subcommands: [EmbeddingDistillationCommand.self]),
      CommandGroup(
        name: "Instances of a data set",
        subcommands: [NPIDSoftmaxCommand.self, NPIDNCECommand.self]),
      CommandGroup(
        name: "Given logits",
        subcommands: [SoftmaxCrossEntropyCommand.self, DistillationCommand.self]),
      CommandGroup(
        name: "Representations",
        subcommands: [
          AlignmentCommand.self, UniformityCommand.self, ToleranceCommand.self, GORCommand.self,
        ]),
    ])
}
