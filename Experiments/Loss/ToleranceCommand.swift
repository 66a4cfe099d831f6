import ArgumentParser
import Contrastive

/// Wang and Liu's tolerance.
struct ToleranceCommand: LabelledLossReporting {
  static let configuration = CommandConfiguration(
    loss: "tolerance",
    abstract: "Tolerance: the mean cosine of pairs of equal label, a metric.",
    notes: [noteOfOneValue],
    examples: "--embeddings z.npy --labels y.npy")
  static let title = "Tolerance"
  static let card = LossCard(
    type: "Tolerance",
    formula: "mean of cᵢⱼ",
    candidates: "pairs i < j of one label",
    positives: "those pairs",
    reduction: "one term",
    scale: "no temperature",
    equals: "Wang & Liu 2021, arXiv 2012.09740, Table 1")
  static let canLackNegatives = false
  static let hasTerms = false

  @OptionGroup var batch: LabelledOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: Tolerance { Tolerance() }
}
