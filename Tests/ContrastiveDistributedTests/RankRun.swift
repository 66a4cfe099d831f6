import Contrastive
import ContrastiveDistributed
import TestSupport

/// A loss's call with arrays of one kind, in one process or as a rank.
struct RankRun<E: Embeddings> {
  let first: E
  let second: E
  let others: E
  let inputs: RankLoss.Inputs<E.Scalar>
  let call: RankLoss.Call
  let group: LocalGroup?

  private typealias Outcome = RankLoss.Outcome
  private var temperature: Temperature { call.temperature }
  private var labels: [Int] { inputs.labels }

  /// The variables of a side; the temperature's always.
  private func variables<V: TemperatureVariables>(
    _ first: V, _ second: V
  ) -> V where V.Element == V {
    switch call.side {
    case .both: .all
    case .first: first.union(.temperature)
    case .second: second.union(.logScale)
    case .neither: V.temperature.union(.scale)
    }
  }

  func outcome(of loss: RankLoss) throws(ContrastiveError) -> RankLoss.Outcome {
    let ids: FalseNegatives<E.Scalar> = loss.hasIDs ? .equalIDs(labels) : .none
    switch loss {
    case .clip, .clipIDs: return try towers(CLIP(temperature: temperature), ids)
    case .clipLogWeights:
      return try towers(
        CLIP(temperature: temperature), ids,
        PairLogWeights(rows: inputs.logWeights.map { 0.5 - $0 }, columns: inputs.logWeights))
    case .sigLIP, .sigLIPIDs: return try towers(SigLIP(temperature: temperature, bias: -2), ids)
    case .inBatch: return try oneWay(loss, .inBatch)
    case .shared, .sharedLogWeights: return try oneWay(loss, .shared(others))
    case .inBatchAndShared: return try oneWay(loss, .inBatchAndShared(others))
    case .hardness: return try oneWay(loss, .inBatchAndShared(others), hardness: 1)
    case .batchCandidates: return try oneWay(loss, .inBatch, batchCandidates: .all)
    case .candidatesIDs, .candidatesLogWeights:
      return try oneWay(loss, .inBatchAndShared(others), batchCandidates: .all)
    case .ntXent, .ntXentIDs: return try views(NTXent(temperature: temperature), ids)
    case .decoupled: return try views(DecoupledContrastive(temperature: temperature), ids)
    case .weightedDecoupled:
      return try views(
        DecoupledContrastive(temperature: temperature, weightTemperature: 0.5), ids)
    case .debiased:
      return try views(DebiasedContrastive(temperature: temperature, positivePrior: 0.1), ids)
    case .hardNegative, .hardNegativeIDs:
      return try views(
        HardNegative(temperature: temperature, positivePrior: 0.1, concentration: 1), ids)
    case .ofClassWeights(let subject):
      switch try subject.classWeightLoss(temperature: temperature) {
      case let loss as any ClassSoftmaxLoss: return try classes(loss)
      case let loss as ArcFace: return try angles(loss)
      case let loss: preconditionFailure("\(loss, default: "no loss") has no form across ranks")
      }
    case .groups: return try groups(.meanOutside)
    case .groupsInside: return try groups(.sumInside)
    case .groupsEach: return try groups(.eachAgainstNegatives)
    case .groupsOneWay: return try groupsOneWay(.meanOutside)
    case .groupsEachOneWay: return try groupsOneWay(.eachAgainstNegatives)
    case .mocoV3: return try mocoV3()
    case .supCon: return try supCon()
    case .ntXentPairs: return try ntXentPairs()
    }
  }

  private func towers(
    _ loss: some RankTwoTowerLoss, _ ids: FalseNegatives<E.Scalar>,
    _ logWeights: PairLogWeights? = nil
  ) throws(ContrastiveError) -> Outcome {
    let variables: TwoTowerVariables = variables(.images, .texts)
    guard let group else {
      return Outcome(
        try loss.valueWithGradient(
          images: first, texts: second, excluding: ids, logWeights: logWeights, of: variables,
          reduction: call.reduction, diagnostics: call.diagnostics, options: call.options))
    }
    return Outcome(
      try loss.valueWithGradient(
        images: first, texts: second, excluding: ids, logWeights: logWeights, of: variables,
        reduction: call.reduction, diagnostics: call.diagnostics, options: call.options,
        across: group))
  }

  private func views(
    _ loss: some RankTwoViewLoss, _ ids: FalseNegatives<E.Scalar>
  ) throws(ContrastiveError) -> Outcome {
    let variables: TwoViewVariables = variables(.viewA, .viewB)
    guard let group else {
      return Outcome(
        try loss.valueWithGradient(
          viewA: first, viewB: second, excluding: ids, of: variables, reduction: call.reduction,
          diagnostics: call.diagnostics, options: call.options))
    }
    return Outcome(
      try loss.valueWithGradient(
        viewA: first, viewB: second, excluding: ids, of: variables, reduction: call.reduction,
        diagnostics: call.diagnostics, options: call.options, across: group))
  }

  private func classes(_ loss: some ClassSoftmaxLoss) throws(ContrastiveError) -> Outcome {
    let variables: ClassWeightVariables = variables(.features, .classWeights)
    guard let group else {
      return Outcome(
        try loss.valueWithGradient(
          features: first, classWeights: others, labels: labels, of: variables,
          reduction: call.reduction, diagnostics: call.diagnostics, options: call.options))
    }
    return Outcome(
      try loss.valueWithGradient(
        features: first, classWeights: others, labels: labels, of: variables,
        reduction: call.reduction, diagnostics: call.diagnostics, options: call.options,
        across: group))
  }

  private func angles(_ loss: ArcFace) throws(ContrastiveError) -> Outcome {
    let variables: ClassWeightVariables = variables(.features, .classWeights)
    guard let group else {
      return Outcome(
        try loss.valueWithGradient(
          features: first, classWeights: others, labels: labels, of: variables,
          reduction: call.reduction, diagnostics: call.diagnostics, options: call.options))
    }
    return Outcome(
      try loss.valueWithGradient(
        features: first, classWeights: others, labels: labels, of: variables,
        reduction: call.reduction, diagnostics: call.diagnostics, options: call.options,
        across: group))
  }

  private func oneWay(
    _ subject: RankLoss, _ negatives: Negatives<E.Scalar>, hardness: Double = 0,
    batchCandidates: InfoNCE.BatchCandidates = []
  ) throws(ContrastiveError) -> Outcome {
    let loss = InfoNCE(
      temperature: temperature, hardness: hardness, batchCandidates: batchCandidates)
    let ids: FalseNegatives<E.Scalar> =
      subject.hasIDs ? .equalIDs(labels, negatives: inputs.otherLabels) : .none
    let isWeighted = subject == .sharedLogWeights || subject == .candidatesLogWeights
    let logWeights =
      isWeighted
      ? LogWeights(positives: inputs.logWeights, negatives: inputs.otherLogWeights) : nil
    let variables: InfoNCE.Variables = variables(.queries, [.positives, .negatives])
    guard let group else {
      return Outcome(
        try loss.valueWithGradient(
          queries: first, positives: second, negatives: negatives, excluding: ids,
          logWeights: logWeights, of: variables, reduction: call.reduction,
          diagnostics: call.diagnostics, options: call.options))
    }
    return Outcome(
      try loss.valueWithGradient(
        queries: first, positives: second, negatives: negatives, excluding: ids,
        logWeights: logWeights, of: variables, reduction: call.reduction,
        diagnostics: call.diagnostics, options: call.options, across: group))
  }

  private func groups(_ form: PositiveForm) throws(ContrastiveError) -> Outcome {
    let loss = MultiPositiveCLIP(temperature: temperature, form: form)
    let positives = PairPositives.equalIDs(queries: labels, keys: labels.map { $0 / 2 })
    let variables: TwoTowerVariables = variables(.images, .texts)
    guard let group else {
      return Outcome(
        try loss.valueWithGradient(
          images: first, texts: second, positives: positives, of: variables,
          reduction: call.reduction, diagnostics: call.diagnostics, options: call.options))
    }
    return Outcome(
      try loss.valueWithGradient(
        images: first, texts: second, positives: positives, of: variables,
        reduction: call.reduction, diagnostics: call.diagnostics, options: call.options,
        across: group))
  }

  private func groupsOneWay(_ form: PositiveForm) throws(ContrastiveError) -> Outcome {
    let loss = MultiPositiveInfoNCE(temperature: temperature, form: form)
    let positives = PairPositives.equalIDs(
      queries: labels, keys: inputs.otherLabels.map { $0 % 5 })
    let variables: PairVariables = variables(.queries, .keys)
    guard let group else {
      return Outcome(
        try loss.valueWithGradient(
          queries: first, keys: others, positives: positives, of: variables,
          reduction: call.reduction, diagnostics: call.diagnostics, options: call.options))
    }
    return Outcome(
      try loss.valueWithGradient(
        queries: first, keys: others, positives: positives, of: variables,
        reduction: call.reduction, diagnostics: call.diagnostics, options: call.options,
        across: group))
  }

  private func mocoV3() throws(ContrastiveError) -> Outcome {
    let loss = MoCoV3(temperature: temperature)
    let variables: PairVariables = variables(.queries, .keys)
    guard let group else {
      return Outcome(
        try loss.valueWithGradient(
          queries: first, keys: second, of: variables, reduction: call.reduction,
          diagnostics: call.diagnostics, options: call.options))
    }
    return Outcome(
      try loss.valueWithGradient(
        queries: first, keys: second, of: variables, reduction: call.reduction,
        diagnostics: call.diagnostics, options: call.options, across: group))
  }

  private func supCon() throws(ContrastiveError) -> Outcome {
    let loss = SupCon(temperature: temperature)
    let variables: EmbeddingVariables = variables(.embeddings, .embeddings)
    guard let group else {
      return Outcome(
        try loss.valueWithGradient(
          embeddings: first, labels: labels, of: variables, reduction: call.reduction,
          diagnostics: call.diagnostics, options: call.options))
    }
    return Outcome(
      try loss.valueWithGradient(
        embeddings: first, labels: labels, of: variables, reduction: call.reduction,
        diagnostics: call.diagnostics, options: call.options, across: group))
  }

  private func ntXentPairs() throws(ContrastiveError) -> Outcome {
    let loss = NTXentPairs(temperature: temperature)
    let variables: EmbeddingVariables = variables(.embeddings, .embeddings)
    guard let group else {
      return Outcome(
        try loss.valueWithGradient(
          embeddings: first, labels: labels, of: variables, reduction: call.reduction,
          diagnostics: call.diagnostics, options: call.options))
    }
    return Outcome(
      try loss.valueWithGradient(
        embeddings: first, labels: labels, of: variables, reduction: call.reduction,
        diagnostics: call.diagnostics, options: call.options, across: group))
  }
}
