public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension MultiPositiveInfoNCE {
  /// Returns the loss of all ranks' queries together, and this rank's rows of its gradient.
  ///
  /// A query's positives may be on any rank, and all ranks' keys are its candidates.
  ///
  /// - Parameters:
  ///   - queries: This rank's, `Nᵣ × d`: any number, also none.
  ///   - keys: This rank's, `Mᵣ × d`: any number, also none.
  ///   - positives: `.equalIDs` of this rank's queries and keys.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the terms: of `.weighted`, this rank's.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  ///   - group: The ranks, every one of which makes the same call.
  /// - Returns: As `CLIP`'s.
  /// - Throws: As `MultiPositiveCLIP`'s.
  /// - Complexity: As `InfoNCE`'s, and memory for the logits of pairs of one id.
  public func valueWithGradient<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, positives: PairPositives, of variables: Variables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions(), across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, Gradient<Q.Scalar>> where K.Scalar == Q.Scalar {
    let pass = LossPass(reduction: reduction, diagnostics: diagnostics, options: options)
    let groups = try GroupsAcross<Q.Scalar>(
      "MultiPositiveInfoNCE", rows: queries, columns: keys, named: (.queries, .keys),
      positives: positives, form: form, bothWays: false, temperature: temperature,
      variables: variables, needs: (variables.contains(.queries), variables.contains(.keys)),
      pass: pass, across: group)
    let result = try groups.run()
    let gradient = PairGradient<Q.Scalar>(
      queries: groups.rows.gradient(fromUnit: result.rows, options: options),
      keys: groups.columns.gradient(fromUnit: result.columns, options: options),
      byTemperature: result.whole.temperatureGradient(
        at: temperature, isIndividual: groups.hasRowTemperatures, of: variables))
    var step: LossStep<Q.Scalar, Gradient<Q.Scalar>> = result.whole.step(
      terms: result.terms, gradient: gradient, level: diagnostics, hasSinglePositive: false,
      floor: nil)
    guard pass.observes else { return step }
    step.diagnostics?.chance = groups.counts.rows.chance(of: form.function)
    if !groups.hasRowTemperatures,
      let floor = try GroupFloor(
        rows: groups.ids.rows.all.flatMap(\.self), columns: groups.ids.columns.all.flatMap(\.self)
      ).oneWay(form, temperature: temperature, dimension: groups.rows.columnCount)
    {
      step.diagnostics?.setFloor(floor, mean: result.means.rows)
    }
    return step
  }
}
