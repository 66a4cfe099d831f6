import ArgumentParser
import Contrastive

/// NPID's noise-contrastive loss against a memory.
struct NPIDNCECommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "npid-nce",
    abstract: "NPID's NCE: an embedding's own row of a memory against rows drawn as noise.",
    notes: [
      "The memory's rows must have length 1; they are used as they are and take no gradient.",
      "Without --z it is estimated from the candidates, as from a first batch, and "
        + "printed as logZ.",
      noteOfTemperature,
    ],
    examples: "--embeddings v.npy --memory m.npy --indices i.npy --z 2876934")
  static let title = "NPID's NCE"
  static let gradientNames = ["embeddings"]
  static let card = LossCard(
    type: "NPIDNCE",
    formula: "−log h₊ − Σ log(1 − hⱼ), h = P / (P + K/n), P = e^(s·c)/Z",
    candidates: "the own row and K drawn rows of n",
    positives: "the own row",
    reduction: "sum over terms / batch",
    scale: "s; Z fixed or averaged",
    equals: "zhirongw/lemniscate.pytorch@f7cfe29 NCEAverage and NCECriterion")
  static let defaultTemperature = 0.07
  static let termName = "embedding"

  @Option(help: "N × d: the embeddings.") var embeddings: String
  @Option(help: "n × d: the memory, rows of length 1.") var memory: String
  @Option(help: "N × (K + 1) integers: an embedding's own row of the memory, then K of noise.")
  var indices: String
  @Option(
    help: ArgumentHelp("Z: what exp(cos/τ) is divided by.", valueName: "z"))
  var z: Double?
  @Option(
    help: ArgumentHelp("ε: what is added to denominators.", valueName: "epsilon"))
  var epsilon = 1e-7
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let given = try z.map { z throws(ContrastiveError) in try NormalizationConstant(z) }
    let embeddings = try InputArray<Scalar>(embeddings)
    let memory = try UnitRows(validating: InputArray<Scalar>(memory).matrix)
    let indices = try readIntegerRows(indices)
    let temperature = try temperature
    let normalization =
      try given
      ?? NormalizationConstant(
        estimating: embeddings.matrix, memory: memory, indices: indices, temperature: temperature)
    let loss = NPIDNCE(temperature: temperature, normalization: normalization, epsilon: epsilon)
    let step = try loss.valueWithGradient(
      embeddings: embeddings.matrix, memory: memory, indices: indices,
      of: .forReport(arrays: wantsGradients),
      reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step, of: embeddings)
    outcome.logNormalization = normalization.logValue
    return outcome
  }
}
