// Lists with a number for each row, or each candidate.
extension ContrastiveError.Argument {
  public static let excluding = Self("excluding")
  public static let ids = Self("ids")
  public static let indices = Self("indices")
  public static let keyGroups = Self("keyGroups")
  public static let labels = Self("labels")
  public static let lists = Self("lists")
  public static let logScales = Self("logScales")
  public static let logWeights = Self("logWeights")
  public static let logWeightsOfNegatives = Self("logWeights.negatives")
  public static let logWeightsOfPositives = Self("logWeights.positives")
  public static let negativeIDs = Self("negativeIDs")
  public static let scales = Self("scales")
  public static let targets = Self("targets")
  public static let temperatures = Self("temperatures")
  public static let thresholds = Self("thresholds")
  public static let weights = Self("weights")
}
