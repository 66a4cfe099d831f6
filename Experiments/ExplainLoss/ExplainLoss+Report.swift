import Contrastive
import Foundation

extension ExplainLoss {
  /// Batches from 64 to a million, a factor of four apart.
  private static let sizes = (0...7).map { 64 << (2 * $0) }

  func levels(_ ruler: LossRuler, own: BatchCurve.Point?) -> Table {
    var table = Table(
      Self.levelsName,
      columns: [
        Column("level"), Column("loss", unit: "nats", format: .significant(4)),
        Column("place", heading: "from floor to chance", format: .fixed(3)),
      ])
    func add(_ level: String, _ loss: Double) {
      table.append(level, loss, ruler.place(of: loss))
    }
    var levels = [("floor", ruler.floor), ("this loss", ruler.loss), ("chance", ruler.chance)]
    if let own {
      levels.append(
        (own.isExtrapolated ? "your embeddings, extrapolated" : "your embeddings", own.loss))
    }
    for (level, loss) in levels.sorted(by: { $0.1 < $1.1 }) { add(level, loss) }
    return table
  }

  func explanation(_ ruler: LossRuler, own: BatchCurve.Point?) -> String {
    let line = ruler.text(width: min(60, Terminal.columnCount), other: own?.loss)
    let ownWords = own == nil ? "" : ", ○ your embeddings"
    return "\(line) ├ floor \(ruler.floor.text(digits: 3)), ● this loss\(ownWords), ┤ chance "
      + "\(ruler.chance.text(digits: 4)) nats. Nothing trains below the floor at this τ, and embeddings that know "
      + "nothing have chance."
  }

  func sentence(_ ruler: LossRuler, own: BatchCurve.Point?) -> String {
    let loss = ruler.loss.text(digits: 4)
    let place = ruler.place(of: ruler.loss)
    var text: String
    if ruler.isImpossible {
      text =
        "\(loss) is below the floor of \(ruler.floor.text(digits: 4)): no embeddings have it among as many candidates "
        + "at this τ. The loss is of another batch, another τ, or not of this kind."
    } else if ruler.loss > ruler.chance {
      text =
        "\(loss) is above chance, \(ruler.chance.text(digits: 4)): embeddings that all are equal would do better. τ is so "
        + "small that confident errors cost more than answers bring, or training has gone wrong."
    } else {
      text =
        "\(loss) is \((100 * place).text(digits: 3)) % of the way from the floor up to chance: as if the key were one of "
        + "\(ruler.perplexity.text(digits: 3)) equally likely ones of "
        + "\(Int((exp(ruler.chance)).rounded())), which certifies \((ruler.information ?? 0).text(digits: 3)) nats of mutual "
        + "information, of \(ruler.informationCap.text(digits: 3)) that are possible here."
    }
    if let own {
      let other = own.loss.text(digits: 4)
      let words =
        ruler.loss < own.loss ? "less than" : ruler.loss > own.loss ? "more than" : "as much as"
      text +=
        " Your embeddings have \(other) there\(own.isExtrapolated ? ", by extrapolation" : ""): this is \(words) that."
    }
    return text
  }

  func notes(_ ruler: LossRuler) -> [String] {
    let share = ruler.loss > 0 ? ruler.floor / ruler.loss : 0
    guard share > 0.5, share <= 1 else { return [] }
    return [
      "\((100 * share).text(digits: 3)) % of the loss is floor, which no training removes: the number says little, and "
        + "a smaller τ would say more."
    ]
  }

  func batchTable(_ curve: BatchCurve, progress: ProgressLine) throws -> Table {
    var table = Table(
      Self.curveName, title: "Your embeddings at other batches",
      columns: [
        Column("batch"), Column("loss", unit: "nats"),
        Column("deviation", unit: "nats", format: .significant(2)),
        Column("low", unit: "nats"), Column("high", unit: "nats"),
        Column("floor", unit: "nats"), Column("chance", unit: "nats"),
        Column("extrapolated"),
      ])
    let temperature = try temperatureOptions.temperature(default: nil)
    progress.update("batches", 0, of: Self.sizes.count, "sizes")
    for (index, size) in Self.sizes.enumerated() {
      let point = try curve.point(size: size)
      let set: CandidateSet = batch != nil ? .inBatch(size: size) : .free(negatives: size - 1)
      let floor = try set.floor(temperature: temperature).value
      table.append(
        size, point.loss, point.deviation,
        point.deviation.map { max(min(floor, point.loss), point.loss - 2 * $0) },
        point.deviation.map { point.loss + 2 * $0 }, floor, try set.chance(), point.isExtrapolated)
      progress.update("batches", index + 1, of: Self.sizes.count, "sizes")
    }
    return table
  }

  /// What the columns of chance are; nil without any.
  static func note(of batches: Table) -> String? {
    guard batches.cells(in: "deviation").contains(where: { $0 != nil }) else { return nil }
    return
      "deviation is that of one batch's loss, by a few batches that are drawn from your pairs; low and high are the mean "
      + "less and plus two of them, and low is never below the floor. Of more than half of the pairs such batches are "
      + "nearly the same, and it is left out."
  }

  func plot(_ table: Table, _ ruler: LossRuler, pairCount: Int) -> Plot {
    var plot = Plot(
      name: Self.plotName, title: "Loss over the batch's size, two deviations of a batch",
      subject:
        "\(queries ?? "") and \(keys ?? ""), \(pairCount.words("pair")), τ = \(ruler.temperature.value.text(digits: 3))",
      x: Axis("pairs of the batch", isLogarithmic: true), y: Axis("nats"))
    plot.series = [
      Series("your embeddings", of: table, x: "batch", y: "loss", low: "low", high: "high"),
      Series("floor", of: table, x: "batch", y: "floor", style: .linesAndPoints),
      Series("chance", of: table, x: "batch", y: "chance", style: .linesAndPoints),
    ]
    plot.referenceLines = [
      .horizontal(at: ruler.loss, label: "this loss, \(ruler.loss.text(digits: 3))"),
      .vertical(at: Double(pairCount), label: "your pairs"),
    ]
    plot.marks = [
      Mark(
        x: Double(candidateCount), y: ruler.loss,
        label: batch == nil
          ? "this loss, \(candidateCount) candidates" : "this loss, batch of \(candidateCount)")
    ]
    return plot
  }
}
