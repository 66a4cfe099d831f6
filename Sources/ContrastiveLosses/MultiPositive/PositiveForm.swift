import ContrastiveEmbeddings
package import ContrastiveEngine

/// What the cross-entropy of a row is that has several positives P, with the logits z of all its candidates.
///
/// All forms are InfoNCE where there is one positive. They differ in where its mean or sum stands, and libraries and
/// papers call all of them by the same names.
public enum PositiveForm: Hashable, Sendable, CaseIterable {
  /// SupCon's form L_out: the mean of the positives' cross-entropies, each against all other candidates, positives
  /// among them.
  ///
  /// ```
  /// log Σⱼ exp zⱼ − 1/|P| Σₚ zₚ
  /// ```
  /// Positives push each other apart: the term is at least log |P|, where they are equally near. With
  /// weights wₚ the mean is Σ wₚzₚ, of sum 1: the cross-entropy with soft targets.
  ///
  /// - Source: [Khosla et al. 2020](https://arxiv.org/abs/2004.11362), eq. 2; pytorch-metric-learning's
  ///   `SupConLoss` with `ref_emb`, its rows' terms averaged over the rows with a positive.
  case meanOutside

  /// The mean of the positives' cross-entropies, each against the negatives only.
  ///
  /// ```
  /// 1/|P| Σₚ softplus(ℓ − zₚ),    ℓ = log Σ exp z over the negatives
  /// ```
  /// Positives leave each other alone, and every one of them has to be near. With weights the mean is theirs.
  ///
  /// - Source: `NTXentPairs` is the same of pairs, and the mean over pairs rather than over rows.
  case eachAgainstNegatives

  /// MIL-NCE: the positives' mass together, which one near positive can make up.
  ///
  /// ```
  /// log Σⱼ exp zⱼ − log Σₚ exp zₚ = softplus(ℓ − λ)
  /// λ = log Σₚ exp zₚ
  /// ```
  /// For positives of which some are none, as in narrated videos: a row is content with those that fit. Weights have
  /// no meaning here.
  ///
  /// - Source: [Miech et al. 2020](https://arxiv.org/abs/1912.06430); pytorch-metric-learning's `NCALoss`
  ///   with `softmax_scale` 1/(2τ) and `ref_emb` on unit rows.
  case sumInside
}

extension PositiveForm {
  /// Of positives that are equal parts of an anchor's term.
  package var function: any RowFunction {
    switch self {
    case .meanOutside: SupConRow()
    case .eachAgainstNegatives: EachAgainstNegativesRow(shares: nil)
    case .sumInside: SumInsideRow()
    }
  }

  /// - Parameter shares: What part of an anchor's term each positive is; `nil` for equal parts.
  func function(shares: PositiveShares?) throws(ContrastiveError) -> any RowFunction {
    guard let shares else { return function }
    switch self {
    case .meanOutside: return SoftTargetRow(shares: shares)
    case .eachAgainstNegatives: return EachAgainstNegativesRow(shares: shares)
    case .sumInside:
      throw .init(
        .form,
        .choice(
          found: "sumInside of weighted positives",
          expected: "meanOutside or eachAgainstNegatives"))
    }
  }
}
