import ArgumentParser
import Contrastive

/// ArcFace with several centres for a class.
struct SubCenterArcFaceCommand: ClassWeightLossReporting, TemperedLossReporting,
  LogWeightedLossReporting
{
  static let configuration = CommandConfiguration(
    commandName: "sub-center-arcface",
    abstract: "ArcFace with the nearest of several centres for each class.",
    discussion: """
      The class weights are the centres of class 0, then those of class 1, and so on.
      Without options the scale is 64, the margin 0.5, and one centre leaves arcface.

      Example:
        Experiments loss sub-center-arcface --features f.npy --class-weights w.npy --labels y.npy \
      --sub-centers 3
      """)
  static let title = "Sub-centre ArcFace"
  static let card = LossCard(
    type: "SubCenterArcFace",
    formula: "arcface's, with c the largest cosine of a class's centres",
    candidates: "all classes, each by its nearest centre",
    positives: "the nearest centre of the row's class, its angle widened by m radians",
    reduction: "mean over rows",
    scale: "s, fixed or learned",
    equals: "pytorch-metric-learning 2.9.0 SubCenterArcFaceLoss (degrees there)")
  static let defaultTemperature = 1.0 / 64

  @OptionGroup var arrays: ClassWeightOptions
  @Option(help: ArgumentHelp("The rows of class weights that a class has.", valueName: "k"))
  var subCenters = 1
  @Option(
    help: ArgumentHelp("m, from 0 to π/2 radians, added to the own class's angle.", valueName: "m"))
  var margin = 0.5
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: SubCenterArcFace {
    get throws {
      try SubCenterArcFace(temperature: try temperature, margin: margin, subCenters: subCenters)
    }
  }
}
