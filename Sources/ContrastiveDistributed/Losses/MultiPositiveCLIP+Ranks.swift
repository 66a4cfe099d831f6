public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension MultiPositiveCLIP {
  /// Returns the loss of all ranks' images and texts together, and this rank's rows of its gradient.
  ///
  /// An image's texts may be on any rank. Texts go around the ranks twice; a row's positives are added up on the way as
  /// its negatives are.
  ///
  /// - Parameters:
  ///   - images: This rank's, `Nᵣ × d`: any number, also none.
  ///   - texts: This rank's, `Mᵣ × d`: any number, also none.
  ///   - positives: `.equalIDs` of this rank's images and texts.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the terms: of `.weighted`, this rank's, images first.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  ///   - group: The ranks, every one of which makes the same call.
  /// - Returns: As `CLIP`'s.
  /// - Throws: As `CLIP`'s, and for positives by lists or weights.
  /// - Complexity: As `CLIP`'s, and memory for the logits of pairs of one id, of which in the form `.eachAgainstNegatives` three numbers
  ///   are sent, too.
  public func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, positives: PairPositives, of variables: Variables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions(), across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<I.Scalar, Gradient<I.Scalar>> where T.Scalar == I.Scalar {
    let pass = LossPass(reduction: reduction, diagnostics: diagnostics, options: options)
    let groups = try GroupsAcross<I.Scalar>(
      "MultiPositiveCLIP", rows: images, columns: texts, named: (.images, .texts),
      positives: positives, form: form, bothWays: true, temperature: temperature,
      variables: variables, needs: (variables.contains(.images), variables.contains(.texts)),
      pass: pass, across: group)
    let result = try groups.run()
    var gradient = Gradient<I.Scalar>()
    gradient.images = groups.rows.gradient(fromUnit: result.rows, options: options)
    gradient.texts = groups.columns.gradient(fromUnit: result.columns, options: options)
    gradient.byTemperature = result.whole.temperatureGradient(
      at: temperature, isIndividual: groups.hasRowTemperatures, of: variables)
    var step: LossStep<I.Scalar, Gradient<I.Scalar>> = result.whole.step(
      terms: result.terms, gradient: gradient, level: diagnostics, hasSinglePositive: false,
      floor: nil)
    guard pass.observes else { return step }
    step.diagnostics?.chance = groups.counts.rows.chance(of: form.function).flatMap { rows in
      groups.counts.columns.chance(of: form.function).map { (rows + $0) / 2 }
    }
    if !groups.hasRowTemperatures,
      let floor = try GroupFloor(
        rows: groups.ids.rows.all.flatMap(\.self), columns: groups.ids.columns.all.flatMap(\.self)
      ).bothWays(form, temperature: temperature, dimension: groups.rows.columnCount)
    {
      step.diagnostics?.setFloor(floor, mean: result.means.rows + result.means.columns)
    }
    return step
  }
}
