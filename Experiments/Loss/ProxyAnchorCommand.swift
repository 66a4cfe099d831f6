import ArgumentParser
import Contrastive

/// Proxy-anchor loss.
struct ProxyAnchorCommand: ProxyLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "proxy-anchor",
    abstract: "Proxy-anchor: every proxy pulls at its class's rows and pushes the others.",
    discussion: """
      perQuery lists the classes, whose mean is the loss: a class without a row has nothing to pull at, and \
      those with one make up for it.

      Example:
        Experiments loss proxy-anchor --embeddings z.npy --proxies p.npy --labels y.npy --alpha 32
      """)
  static let title = "Proxy-anchor"
  static let card = LossCard(
    type: "ProxyAnchor",
    formula:
      "C/|C⁺|·log(1 + Σ_{y=c} exp(α·(m − cᵢ))) + log(1 + Σ_{y≠c} exp(α·(cᵢ + m))) of every class",
    candidates: "all rows, of a proxy",
    positives: "rows of the proxy's class",
    reduction: "mean over classes: halves over C⁺, those with a row, and over all",
    scale: "α, fixed",
    equals: "pytorch-metric-learning 2.9.0 ProxyAnchorLoss")
  static let termName = "class"

  @OptionGroup var arrays: ProxyOptions
  @Option(help: ArgumentHelp("m, from −1 to 1.", valueName: "m"))
  var margin = 0.1
  @Option(help: ArgumentHelp("α > 0.", valueName: "a"))
  var alpha = 32.0
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: ProxyAnchor {
    get throws { try ProxyAnchor(margin: margin, alpha: alpha) }
  }
}
