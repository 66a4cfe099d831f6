import Contrastive

extension ChoosePage {
  /// How the page's numbers come about, and how exact they are.
  var method: HTML {
    """
    <section class="method" aria-labelledby="method-heading">
    <h2 id="method-heading">How it is computed</h2>
    <dl>
    <dt>Data</dt>
    <dd>\(subject): \(sample.pairCount.words("pair")) of \(sample.dimension) dimensions. Shown are \(shown), each against the \
    keys of all pairs. Rows count from 0. \(sample.hasIDs ? "Rows of one id are not each other's negatives." : "")</dd>
    <dt>Loss</dt>
    <dd>InfoNCE, log(1 + Σ exp((cⱼ − c₊)/τ)) over a query's negatives, in nats; means are over the queries shown\
    \(isWhole ? "" : ", with an interval of 95 % for all pairs, ± 1.96 standard errors of a draw without putting back").</dd>
    <dt>Exactness</dt>
    <dd>The \(PageSample.topCount) hardest negatives of each query are here one by one. The sums over the rest are here \
    at \(RestStatistics.count) temperatures from \(String(RestStatistics.temperatures.lowerBound)) to \
    \(String(RestStatistics.temperatures.upperBound)), and between them by cubics through their values and slopes. \
    \(exactness)</dd>
    <dt>Smaller batches</dt>
    <dd>In a batch of n of the N pairs a negative is with chance (n − 1)/(N − 1). The curve is the expected loss over \
    such batches, as if a coin were tossed for each negative: the \(PageSample.topCount) hardest one by one, the rest in \
    bins of their cosines. Coins make batches of unequal sizes, by which the loss is too low: by up to about \
    1/(2(n − 1)) nats where it is at most chance, and by more where it is far above, in batches of a few. With all pairs \
    it is the loss itself.</dd>
    <dt>Floor and chance</dt>
    <dd>Chance is the loss when nothing is told apart: log n in batches of n, where all others are negatives. No \
    embeddings' loss, of all queries together, is below the floor, log(1 + (n − 1)·exp(−n/((n − 1)τ))); where some negatives are left out, log(1 + K·exp(−2/τ)) with those K that \
    remain.</dd>
    <dt>Calibration</dt>
    <dd>Queries in groups by the probability of the candidate that is first, against how often it is the right one, \
    with Wilson's intervals of 95 %. The error is the mean distance of the two. It is above 0 by chance also where the \
    softmax is calibrated, and is judged, as by <code>Experiments calibrate</code>, by what 95 % of calibrated ones have \
    at the most.</dd>
    \(textNote)
    </dl>
    </section>
    """
  }

  private var isWhole: Bool { sample.rows.count == sample.pairCount }

  /// Which queries the page is of.
  var shown: String {
    isWhole
      ? "all \(sample.rows.count.words("query"))"
      : "\(sample.rows.count) of \(sample.pairCount.words("query")), drawn by seed \(sample.seed)"
  }

  /// By what rule a negative is suspected, and how many are.
  var suspicionRule: HTML {
    let different = sample.hasIDs ? " Rows of one id are no negatives, and not among them." : ""
    let twin: HTML? = neighbors.map {
      """
      “Twin”, <data id="twins" value=""></data> here: each of the two queries is nearer to the other’s key than to its own, \
      among the \($0.depth) hardest of both. It is the rule of <code>Experiments audit</code>, and finds \($0.suspicionCount) \
      such pairs of rows in all data.
      """
    }
    return """
      \(twin) “Same key”, <data id="same-keys" value=""></data> here: its key has the text of the query’s own, or a cosine \
      with it of at least \(Double(Suspicion.sameKey).text(digits: 3)), among the \(PageSample.topCount) hardest.\(different) \
      These are only candidates for false negatives, and most may be right negatives: read the texts.
      """
  }

  private var exactness: String {
    guard sample.rest.largest.contains(where: { $0 != nil }) else {
      return "Here no query has more: nothing is interpolated."
    }
    let (sum, mean) = (sample.rest.sumError, sample.rest.meanError)
    return
      "Where such a cubic is worst, at the middles, it was off by \(sum.text(digits: 2)) nats at the most, and the loss "
      + "by \((100 * sum).text(digits: 2)) % of itself at the most; effective negatives by about "
      + "\((100 * (sum + mean)).text(digits: 2)) %."
  }

  private var textNote: HTML? {
    sample.texts.limit.map { "<dt>Texts</dt><dd>are cut to \($0) characters.</dd>" }
  }
}
