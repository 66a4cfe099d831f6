import Foundation

/// What the sentence of a choice tells numbers of.
struct ChoiceContext: Sendable {
  /// All pairs, and how many of them test.
  let pairCount: Int
  let testCount: Int

  /// The temperatures that were to be tried.
  let temperatures: [Double]
  let seedCount: Int

  /// recall@1 of the test pairs before training, and after it at a temperature.
  let untrained: Double
  let recall: [Double: Double]

  /// What would tell those apart that are not.
  let needed: [TrainedRecalls.NeededPairs]

  /// How long was trained, and what more would change.
  let length: TrainingLength

  /// Whether more than a tenth of a side's rows are equal to earlier ones, of which no number of pairs finds more.
  var copies: Copies?
  var change: ConvergenceCheck.Change?

  /// Whether the best is not told apart from no training at all.
  var isNoBetterThanNone = false

  /// Where twice as long a training finds less.
  var falling: [Double] = []

  /// Rows that are equal to earlier ones, without ids or of other ones.
  enum Copies: Hashable, Sendable { case unmarked, ofOtherIDs }
}

extension TemperatureChoice {
  /// What can be said, in one sentence, or a few where something is to be done.
  func sentence(_ context: ChoiceContext) -> String {
    answer(context) + (dependsOnLength ? Self.words(ofTraining: context) : "")
  }

  private func answer(_ context: ChoiceContext) -> String {
    let tests = "these \(context.testCount) test pairs"
    let length = "after \(context.length.words)"
    // Of fewer seeds none enters the intervals.
    let evidence =
      context.seedCount < PairedComparison.leastSeedCount
      ? tests : "\(tests) and \(context.seedCount.words("seed"))"
    func recall(_ temperature: Double) -> String {
      context.recall[temperature].map { $0.text(digits: 3) } ?? "–"
    }
    switch self {
    case .collapsed(.keys):
      return
        "All \(context.pairCount.words("key")) point one way: at every temperature all logits of a query are "
        + "equal and the loss is chance, log \(context.pairCount) = "
        + "\(log(Double(context.pairCount)).text(digits: 4)), so that no temperature can be chosen by them."
    case .collapsed(.queries):
      return
        "All \(context.pairCount.words("query")) point one way: each ranks the keys as all others do, at every "
        + "temperature and after any training of a linear map, so that no temperature can be chosen by them."
    case .saturated:
      return
        "All \(context.testCount) test queries find their key first before any training, and recall has no "
        + "room to tell temperatures apart: "
        + (context.testCount < Self.fewTests
          ? "so few decide nothing; give more --test-rows, or choose by harder pairs."
          : "choose by harder pairs, more keys to search or nearer ones.")
    case .random:
      let best = context.recall.values.max() ?? context.untrained
      return
        "Queries find their own keys no better than by chance, trained or not (recall@1 "
        + "\(max(best, context.untrained).text(digits: 2)) at the most among \(context.testCount.words("key"))), so that no "
        + "temperature can be chosen: check that row i of one file belongs to row i of the other."
    case .untrained(let least):
      return Self.sentence(of: least)
    case .diverged:
      return
        "A training diverged at every temperature, so that none can be chosen: try a smaller --learning-rate."
    case .unfinished:
      return
        "No seed was trained at all temperatures before the end, so that none can be chosen yet."
    case .separable(let among, let use):
      return
        "Trained at \(use.text(digits: 3)), all \(context.testCount) test queries find their key first with "
        + "every seed: \(Self.list(among, of: context)) cannot be told apart by pairs this easy; "
        + "use \(use.text(digits: 3)), or choose by harder ones."
    case .harmful(let temperature):
      return
        "At none of the \(context.temperatures.count.words("temperature")) is training as good as none on \(tests): recall@1 "
        + "is \(context.untrained.text(digits: 3)) untrained and \(recall(temperature)) at the best, "
        + "τ = \(temperature.text(digits: 3)); change the training before the temperature."
    case .best(let use) where context.recall.count == 1:
      return
        "\(use.text(digits: 3)) is the only one of \(context.temperatures.count.words("temperature")) at which no training diverged: "
        + "recall@1 is \(recall(use)) \(length), and there is none to compare it with; try a smaller --learning-rate."
    case .best(let use):
      return
        "Use \(use.text(digits: 3)): recall@1 of \(recall(use)) \(length) is above that at every other of the "
        + "\(context.recall.count.words("temperature")) by more than \(evidence) leave open"
        + (context.change == nil
          ? "." + Self.end([use], of: context) : ". But these epochs" + Self.more(context))
    case .alike(let among, let use):
      let advice = "use \(use.text(digits: 3)), \(Self.reason(for: use, in: context))"
      return
        "\(Self.list(among, of: context)) cannot be told apart by recall@1 on \(tests) \(length)"
        + (context.change == nil
          ? "; \(advice)." + Self.end(among, of: context)
          : ", which" + Self.more(context)
            + " If \(context.length.epochWords) how long you will train, \(advice).")
    case .undecided(let among, let use):
      return
        "Your data cannot tell: \(Self.list(among, of: context)) cannot be told apart by recall@1 on \(tests) \(length)"
        + (context.change == nil ? "; " : ", which" + Self.more(context) + " So far ")
        + "\(use.text(digits: 3)) is \(Self.reason(for: use, in: context))"
        + (Self.isBest(use, in: context) ? ", by no more than chance explains." : ".")
        + (context.needed.text.map { " \($0)" } ?? "") + Self.words(of: context.copies)
    }
  }

  /// What to do first of equal rows, of which each query finds one at random.
  private static func words(of copies: ChoiceContext.Copies?) -> String {
    switch copies {
    case .unmarked:
      " Many rows are equal to earlier ones, and count as wrong answers: first pass --ids, by which they belong together."
    case .ofOtherIDs:
      " Many rows are equal to earlier ones of other ids, and count as wrong answers: first give equal rows one id."
    case nil: ""
    }
  }

  /// What matters more than the temperature: that the training is worth nothing, or goes on for too long.
  private static func words(ofTraining context: ChoiceContext) -> String {
    let worth =
      context.isNoBetterThanNone
      ? " But not even the best, \((context.recall.values.max() ?? 0).text(digits: 3)), is told apart from no training at all, "
        + "\(context.untrained.text(digits: 3))." : ""
    guard context.change == nil, !context.falling.isEmpty else { return worth }
    let places =
      context.falling.count == context.recall.count
      ? "everywhere"
      : "at τ = " + context.falling.map { $0.text(digits: 3) }.joined(separator: ", ")
    return worth
      + " Trained twice as long, recall@1 falls \(places): the maps fit their training pairs and no others, and fewer epochs "
      + "may do better; try --epochs \(max(1, context.length.epochs / 2))."
  }

  /// Why a temperature is named.
  private static func reason(for use: Double, in context: ChoiceContext) -> String {
    isBest(use, in: context)
      ? "the best on average" : "the middle one of those within a standard error of the best"
  }

  /// Whether recall is greater at a temperature than at every other.
  private static func isBest(_ use: Double, in context: ChoiceContext) -> Bool {
    context.recall.allSatisfy { $0.key == use || $0.value < context.recall[use] ?? 0 }
  }

  private static func sentence(of least: LeastLoss) -> String {
    let temperature = least.temperature.text(digits: 3)
    switch least.end {
    case .small:
      return
        "Nothing was trained, and the loss of the embeddings as they are falls down to the smallest temperature, "
        + "\(temperature): that their keys are found says nothing of the temperature to train at; leave out --no-train."
    case .large:
      return
        "Nothing was trained, and the loss of the embeddings as they are falls up to the largest temperature, "
        + "\(temperature): they know little of which key is whose, and nothing of the temperature to train at; "
        + "leave out --no-train."
    case nil:
      return
        "Nothing was trained: a learned temperature would settle at \(temperature) "
        + "(\(least.range.lowerBound.text(digits: 3)) to \(least.range.upperBound.text(digits: 3))) while the "
        + "embeddings stay as they are, and which to train at that does not say; leave out --no-train."
    }
  }

  /// `0.02 to 0.1` of neighbours on the grid, otherwise each by its name.
  private static func list(_ among: [Double], of context: ChoiceContext) -> String {
    let tried = context.recall.keys.sorted()
    let places = among.compactMap { tried.firstIndex(of: $0) }
    guard among.count > 1, let first = among.first, let last = among.last else {
      return among.map { $0.text(digits: 3) }.joined()
    }
    if among.count > 2, let low = places.first, let high = places.last,
      high - low == among.count - 1
    {
      return "\(first.text(digits: 3)) to \(last.text(digits: 3))"
    }
    return among.dropLast().map { $0.text(digits: 3) }.joined(separator: ", ")
      + " and \(last.text(digits: 3))"
  }

  /// That more epochs than those that were named change the answer, and what to do.
  private static func more(_ context: ChoiceContext) -> String {
    let epochs = context.length.epochs
    func interval(_ difference: Estimate) -> String {
      "\(difference.value.text(digits: 2)) (\(difference.low.text(digits: 2)) to \(difference.high.text(digits: 2)))"
    }
    switch context.change {
    case .rise(let temperature, let rise):
      return
        " are too few: recall@1 at \(temperature.text(digits: 3)) rises by \(interval(rise)) in \(epochs) more. "
        + "Train longer: --epochs \(4 * epochs)."
    case .order(let ahead, let use, let lead):
      return
        " do not settle it: after \(epochs) more, recall@1 at \(ahead.text(digits: 3)) is above that at "
        + "\(use.text(digits: 3)) by \(interval(lead)). Give --epochs, as many as you will train for."
    case nil: return ""
    }
  }

  /// What to do where the last one that was tried may be the best: not where it is but on a plateau below.
  ///
  /// From τ = 1 on there is nothing to find: logits of unit rows then span 2 at the most, weights of negatives are nearly
  /// equal, and what a larger τ still changes of the gradient is its length, which Adam takes off.
  private static func end(_ among: [Double], of context: ChoiceContext) -> String {
    let tried = context.recall.keys
    guard tried.count > 1, let least = tried.min(), let greatest = tried.max(),
      let most = context.recall.values.max()
    else { return "" }
    func text(_ end: Double, _ what: String) -> String? {
      guard among.contains(end), let recall = context.recall[end], most - recall <= worthwhile
      else { return nil }
      return " The \(what)est that was tried is "
        + (among.count == 1 ? "best" : "within \(worthwhile.text(digits: 2)) of the best")
        + ": add \(what)er ones"
    }
    if let text = text(least, "small") { return text + "." }
    if greatest < 1, let text = text(greatest, "larg") { return text + ", up to 1." }
    return ""
  }
}
