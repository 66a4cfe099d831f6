import ArgumentParser
import Contrastive

/// NCA with a proxy for each class.
struct ProxyNCACommand: ProxyLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "proxy-nca",
    abstract: "ProxyNCA: a softmax over distances to one proxy for each class.",
    discussion: """
      The own proxy is among the candidates, where the paper leaves it out. The floor is given where every \
      class has equally many rows.

      Example:
        Experiments loss proxy-nca --embeddings z.npy --proxies p.npy --labels y.npy --softmax-scale 8
      """)
  static let title = "ProxyNCA"
  static let card = LossCard(
    type: "ProxyNCA",
    formula: "softplus(log Σ_{j≠y} exp(−S·dⱼ²) + S·d_y²), d² = 2 − 2c",
    candidates: "the proxies of all classes",
    positives: "the proxy of the row's class",
    reduction: "mean over rows",
    scale: "S = s/2, fixed",
    equals: "pytorch-metric-learning 2.9.0 ProxyNCALoss")
  static let termName = "row"

  @OptionGroup var arrays: ProxyOptions
  @Option(help: ArgumentHelp("S > 0, by which squared distances are multiplied.", valueName: "s"))
  var softmaxScale = 1.0
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: ProxyNCA {
    get throws { try ProxyNCA(softmaxScale: softmaxScale) }
  }
}
