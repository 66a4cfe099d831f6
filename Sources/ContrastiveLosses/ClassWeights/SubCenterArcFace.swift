public import ContrastiveEmbeddings
public import ContrastiveEngine

/// ArcFace with several centres for a class, of which a row is compared with the nearest.
///
/// For `N` features f with labels y and K centres w_c1 … w_cK of each of `C` classes, all of length 1:
/// ```
/// cos(fᵢ, c) = max_k cos(fᵢ, w_ck)
/// Lᵢ = log( exp(s·ψ(θᵢ)) + Σ_{c≠yᵢ} exp(s·cos(fᵢ, c)) ) − s·ψ(θᵢ)
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// with ``ArcFace``'s ψ of the angle θᵢ to the nearest centre of the own class. So a class may have a clean centre,
/// and others for what is mislabelled. Of equally near centres the first has the gradient. With K = 1 it is ``ArcFace``,
/// which tells of the angles.
///
/// When all embeddings are equal the loss is ArcFace's. No floor is proved: rows of one class may be on several sides.
/// Diagnostics have no mean similarity of negatives.
///
/// - Source: [Deng et al. 2020](https://www.ecva.net/papers/eccv_2020/papers_ECCV/papers/123560715.pdf), eq. 4; equals
///   pytorch-metric-learning 2.9.0's `SubCenterArcFaceLoss` with its margin in degrees, whose weights are the transpose.
public struct SubCenterArcFace: LogWeightedClassLoss {
  /// τ, and with it the scale s = 1/τ; or one for each class, which is that of the rows of the class.
  public var temperature: Temperature

  /// m, in radians: 0 ≤ m ≤ π/2.
  public let margin: Double

  /// K: how many rows of class weights a class has, one after another.
  public let subCenters: Int

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless 0 ≤ m ≤ π/2 and K is at least 1.
  public init(
    temperature: Temperature, margin: Double, subCenters: Int
  ) throws(ContrastiveError) {
    guard subCenters > 0 else {
      throw .init(.subCenters, .integer(found: subCenters, expected: .positive))
    }
    self.margin = try ArcFace(temperature: temperature, margin: margin).margin
    self.temperature = temperature
    self.subCenters = subCenters
  }

  /// Runs the loss. The class weights are C·K rows; labels are classes, from 0 to C − 1.
  ///
  /// - Throws: As every ``ClassWeightLoss``, and `ContrastiveError` if there are not K rows for each class.
  /// - Complexity: As ``ArcFace`` with C·K classes.
  public func step<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], logWeights: [Double]?,
    of variables: ClassWeightVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    try ArcFace(temperature: temperature, margin: margin).run(
      ClassWeightStep(
        features, classWeights, labels: labels, logWeights: logWeights, subCenters: subCenters,
        temperature: temperature, options: pass.options),
      of: variables, pass: pass)
  }
}
