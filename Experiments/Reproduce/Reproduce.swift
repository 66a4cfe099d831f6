import ArgumentParser

/// Results of papers, computed again: one subcommand each.
struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Compute the results of papers again, and say what agrees.",
    discussion: """
      Each reproduction holds its measurements against what the paper claims, and draws the figure. \
      A claim agrees, agrees in part or does not agree; status 1 says that one does not, as with \
      `diff`, or that the computation of an illustration is at fault. A claim can also be one that errors do not tell, or that \
      was not tested. Theorems are illustrated, without a verdict, and what took training has a baseline beside it.

      Examples:
        Experiments reproduce wang-liu --output results/wang-liu
        Experiments reproduce all --output results
        Experiments report --results results
      """,
    subcommands: all.map { $0 as any ParsableCommand.Type } + [ReproduceAll.self])

  /// All reproductions, in the order in which they are run and shown.
  static let all: [any Reproduction.Type] = [
    SoftmaxReproduction.self, LossFloorReproduction.self, DistillationReproduction.self,
    MutualInformationReproduction.self, UniformityOptimumReproduction.self,
    NormFaceScaleReproduction.self, WangLiuReproduction.self, SimCLRTemperatureReproduction.self,
    MoCoReproduction.self, TemperatureUReproduction.self,
  ]
}
