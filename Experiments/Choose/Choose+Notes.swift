import Contrastive
import ContrastiveTraining

extension Choose {
  /// What was computed, and how to read the tables.
  func explanation(_ findings: ChooseFindings) -> String {
    let data = findings.data
    let pairs =
      "\(data.queries.rowCount.words("pair")) in \(data.dimension.words("dimension")). \(data.testCount) of them, drawn by seed "
      + "\(splitSeed), are the test: its queries search its keys, and recall@1 is the share of them that find their own "
      + "first. Rows are counted from 0, as they stand in the files."
    let training =
      findings.trained.recalls.map(words)
      ?? (noTrain ? "Nothing is trained." : "No training is compared.")
    return [pairs, Self.words(ofGroups: findings), training].compactMap(\.self)
      .joined(separator: " ")
  }

  private static func words(ofGroups findings: ChooseFindings) -> String? {
    findings.groupCount.map {
      "By --ids they are \($0.words("group")): rows of one group are not each other's negatives and not counted as copies, any "
        + "key of a query's group is its own, and no group is in test and training both. Recalls do not "
        + "compare with those without ids, and of such candidates no floor of the loss is computed."
    }
  }

  private func words(_ recalls: TrainedRecalls) -> String {
    let (count, least) = (recalls.seeds.count, PairedComparison.leastSeedCount)
    let seeds =
      count >= least
      ? " or other seeds taken."
      : "; for other seeds nothing is said, which takes \(least) of them."
    let deviation = count > 1 ? " ± of seeds is their standard deviation." : ""
    return
      "On the other pairs a linear map per side is trained by \(adapter.loss.rawValue) at every temperature with "
      + "\(count.words("seed")). low and high are where a number may lie by chance, with 95 % for all "
      + "temperatures at once: had other test queries been drawn\(seeds)\(deviation) “less the best” compares query by "
      + "query with the temperature that is best on average, and tells temperatures apart whose own intervals overlap. MRR, "
      + "the mean of 1/rank, stands beside it and has no part in the verdict."
  }

  /// What to know besides the tables, a paragraph each.
  func notes(
    _ findings: ChooseFindings, files: (queries: String, keys: String)
  ) -> [String] {
    let trained = findings.trained
    var notes = cautions(findings, files: files)
    notes += Self.suspicionNotes(findings)
    if let least = findings.sweep?.least, least.end == nil, !trained.runs.isEmpty {
      notes.append(
        "Untrained, the loss is least at τ = \(least.temperature.text(digits: 3)) "
          + "(\(least.range.lowerBound.text(digits: 3)) to \(least.range.upperBound.text(digits: 3))). A learned "
          + "temperature would settle there if the embeddings stayed as they are; for or against training at it this "
          + "says nothing."
      )
    }
    if trained.runs.isEmpty, !noTrain {
      notes.append("Training is left out: it could tell nothing.")
    }
    if let recalls = trained.recalls { notes += Self.notes(of: recalls, findings) }
    if let output = outputOptions.output {
      notes.append(
        "\(output)/\(ChoosePage.fileName) is a page on which to drag τ; the pictures and tables beside it begin with "
          + "“choose-”.")
    }
    return notes
  }

  /// What to bear in mind before the answer is used, a paragraph each: the page has it, too.
  func cautions(
    _ findings: ChooseFindings, files: (queries: String, keys: String)
  ) -> [String] {
    var cautions = adapter.note(of: findings.data).map { ["Note: \($0)."] } ?? []
    cautions += findings.sides.notes(names: files, fileRows: findings.data.fileRows)
    cautions += findings.near.compactMap { side, pairs in
      pairs.words(
        side: side, sides: findings.sides, neighbors: findings.neighbors,
        hasIDs: findings.data.ids != nil)
    }
    // Otherwise the sentence has it.
    if case .alike = findings.choice { cautions += [findings.needed.text].compactMap(\.self) }
    if let recalls = findings.trained.recalls {
      if recalls.seeds.count < PairedComparison.leastSeedCount {
        cautions.append(
          "With fewer than \(PairedComparison.leastSeedCount) seeds what is told apart is these trained models, not "
            + "their temperatures: give --seeds \(PairedComparison.leastSeedCount).")
      }
      cautions.append(limits(of: recalls, findings))
    }
    return cautions
  }

  /// What was not tried.
  private func limits(of recalls: TrainedRecalls, _ findings: ChooseFindings) -> String {
    let (tried, length) = (recalls.temperatures, findings.trained.length)
    let ends = [tried.first, tried.last].compactMap { $0?.text(digits: 3) }
    return
      "Tried were \(tried.count.words("temperature")), \(ends.joined(separator: " to ")), by \(adapter.loss.rawValue) in batches of \(length.batch) for "
      + "\(length.words), on linear maps of embeddings that stay as they are. An encoder trained as a whole, larger "
      + "batches, or more or fewer epochs may be best at another temperature: try the neighbours as well."
  }

  private static func notes(of recalls: TrainedRecalls, _ findings: ChooseFindings) -> [String] {
    var notes = recalls.diverged.sorted { $0.key < $1.key }.map {
      "At τ = \($0.key) \($0.value) of the trainings diverged; it is left out."
    }
    let gain = recalls.comparison.difference(recalls.best, recalls.untrainedIndex)
    if !gain.isToldFromZero {
      notes.append(
        "Not even the best is told apart from no training at all: recall@1 differs by "
          + "\(gain.value.text(digits: 2)) (\(gain.low.text(digits: 2)) to \(gain.high.text(digits: 2)))."
      )
    } else if gain.value > 0, let among = findings.choice.among {
      let trained = recalls.temperatures.indices.filter { among.contains(recalls.temperatures[$0]) }
        .map { recalls.comparison.means[$0].value }
      let ends = [trained.min(), trained.max()].compactMap { $0?.text(digits: 3) }
      notes.append(
        "Training lifts recall@1 from \(findings.trained.untrained.recall(at: 1).text(digits: 3)) to "
          + (ends.first == ends.last
            ? "\(ends.last ?? "")."
            : "between \(ends.joined(separator: " and ")) at those not told apart."))
    }
    if let convergence = findings.trained.convergence, findings.change == nil {
      notes.append(
        "As far as one seed tells, it was trained for long enough: with seed \(convergence.seed), \(2 * convergence.epochs) epochs instead of "
          + "\(convergence.epochs) change the answer by no more than chance explains.")
    }
    return notes
  }

  private static func suspicionNotes(_ findings: ChooseFindings) -> [String] {
    let twins = findings.neighbors.twins
    guard let first = twins.first else { return [] }
    func name(_ row: Int) -> String {
      let number = "row \(findings.data.fileRows[row])"
      return findings.texts.keys.map { "“\($0[row].shortened(to: 60))” (\(number))" } ?? number
    }
    let own = [first.first, first.second].map { findings.neighbors.positives[$0].text(digits: 2) }
    return [
      "\(twins.count) pair\(twins.count == 1 ? " of rows is a candidate" : "s of rows are candidates") for false negatives: "
        + "each query has the other's key above its own, and among its \(Neighbors.suspectedCount) hardest. Nearest are \(name(first.first)) "
        + "and \(name(first.second)): cosines \(first.cosine.text(digits: 2)) on average to each other's key, and "
        + "\(own.joined(separator: " and ")) to their own. Most may be right negatives, which only a reader can "
        + "tell; `Experiments audit` lists them."
    ]
  }
}
