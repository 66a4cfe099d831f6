public import ContrastiveEmbeddings
public import ContrastiveEngine

/// NormFace's softmax, with the cosine of a row's own class lowered by a margin.
///
/// For `N` features f with labels y, `C` class weights w, all of length 1, the scale s = 1/τ and the
/// margin m:
/// ```
/// Lᵢ = log( exp(s·(cos(fᵢ, w_yᵢ) − m))
///           + Σ_{c≠yᵢ} exp(s·cos(fᵢ, w_c)) )
///      − s·(cos(fᵢ, w_yᵢ) − m)
///    = softplus( ℓᵢ − s·cos(fᵢ, w_yᵢ) + s·m )
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// with ℓᵢ over the classes that are not the row's own. A row is not done when its own class comes
/// first, but when it leads by m. Face recognition trains with s = 64 and m = 0.35, fixed;
/// differentiated by s, the loss counts s·m in. At m = 0 it is ``NormFaceSoftmax``.
///
/// When all embeddings are equal the loss is log(1 + (C − 1)·e^(sm)), and 0 for one class. Where every
/// class has equally many rows it cannot fall below log(1 + (C − 1)·e^(sm − sC/(C−1))), which is
/// `Diagnostics.floor`. Ranks and similarities there are of the cosines without the margin.
///
/// - Source: [Wang et al. 2018](https://arxiv.org/abs/1801.09414), eq. 4; equals
///   pytorch-metric-learning's `CosFaceLoss`, whose weights are the transpose.
public struct CosFace: ClassSoftmaxLoss {
  /// τ, and with it the scale s = 1/τ; or one for each class, which is that of the rows of the class.
  public var temperature: Temperature

  /// m: 0 ≤ m ≤ 2.
  public let margin: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless 0 ≤ m ≤ 2. Cosines differ by no more than 2.
  public init(temperature: Temperature, margin: Double) throws(ContrastiveError) {
    guard (0...2).contains(margin) else {
      throw .init(.margin, .number(found: margin, expected: .from(0, to: 2)))
    }
    self.temperature = temperature
    self.margin = margin
  }

  public var function: any RowFunction { CosFaceRow(margin: margin) }
}

/// softplus(ℓ − z₊ + s·m): the positive's cosine, lowered by a margin m.
package struct CosFaceRow: ClassMarginRow {
  package let margin: Double

  package init(margin: Double) { self.margin = margin }

  /// cos − ψ is m everywhere.
  package var leastMargin: Double { margin }

  package func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let shift = rows.scales[row] * margin
      let difference = rows.logSumExp[0][row] - rows.positives[row] + shift
      rows.values[row] = softplus(difference)
      let slope = rows.weights[row] * logistic(difference)
      rows.logSumExpSlopes[0][row] = slope
      rows.positiveSlopes[row] = -slope
      rows.logScaleSlopes[row] = slope * shift
    }
  }
}
